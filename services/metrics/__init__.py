"""Metrics, one file each: what is counted, when, for whom, and the formula over the journal's sums."""
