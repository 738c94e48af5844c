"""Search: what the store knows, put into an index and asked there."""
