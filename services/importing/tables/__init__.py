"""Files as tables: encodings, delimited text, JSON lines."""
