"""Rows as facts: deals, histories, people, accounts, products and activities, joined by their keys."""
