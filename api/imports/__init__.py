"""Importing files: what is read, what it was taken for, what is sent and what is remembered."""
