"""Invoices: what is due, what was received and what was given back."""
