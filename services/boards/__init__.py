"""Boards: the values of a metric side by side, ranked, and what is behind each."""
