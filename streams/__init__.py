"""Time: what moves and what is kept — the log, the store, the projector and the runner of the embedded home."""
