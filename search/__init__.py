"""Likeness: embedding, indexing and ranking; its first parts come with semantic search."""
