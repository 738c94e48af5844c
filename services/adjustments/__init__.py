"""Adjustments: corrections that a person posts with a reason."""
