"""The parts of a scaled-out home, started for real on one machine."""
