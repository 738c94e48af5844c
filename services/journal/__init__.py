"""The journal's rules: order inside a root, entries, postings and what one event changes."""
