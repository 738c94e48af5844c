"""Benchmarks: what Paceline costs, in ratios and per CPU second."""
