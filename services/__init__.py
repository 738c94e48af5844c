"""Rules: pure functions over frozen data; they read, write and wait for nothing."""
