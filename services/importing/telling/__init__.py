"""Facts as events: what an export says that it did not say before."""
