"""Accounts: aliases, and what their deals make of them: new, won back, buying again."""
