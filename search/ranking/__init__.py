"""Ranking: two ways of finding made into one score, with its reasons."""
