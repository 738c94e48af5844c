"""The embedded home: one process with one writer on one file, its lock, dead letters, accounting and backup."""
