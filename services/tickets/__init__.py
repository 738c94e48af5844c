"""Tickets: replies, resolutions and ratings of support."""
