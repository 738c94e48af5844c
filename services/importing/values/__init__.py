"""Cells as values: texts, dates and amounts as exports write them."""
