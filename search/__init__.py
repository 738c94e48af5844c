"""Likeness: reading texts as vectors, indexing and ranking them."""
