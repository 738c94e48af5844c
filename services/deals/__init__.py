"""Deals: the fold of an opportunity and what it counts for."""
