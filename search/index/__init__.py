"""The index: documents as points of an engine, readable as one revision each, by those alone who may."""
