"""Leads: how fast a person answered and what became of them."""
