"""Evaluation: how well search finds what people judged to be right."""
