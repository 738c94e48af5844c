"""Embedding models: which there are, where they lie, and how they read texts as vectors of one space."""
