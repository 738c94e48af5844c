"""Duration buckets: one minute wide up to two hours, then two per cent wide, reported at their middle."""

import math

MINUTE_US = 60_000_000
FINE_MINUTES = 120
GROWTH = 1.02


def bucket_of(duration_us: int) -> int:
    """Return the bucket of a duration in microseconds; negative durations fall into bucket 0."""
    minutes = max(duration_us, 0) // MINUTE_US
    if minutes < FINE_MINUTES:
        return minutes
    return FINE_MINUTES + int(math.log(minutes / FINE_MINUTES) / math.log(GROWTH))


def middle_seconds(bucket: int) -> float:
    """Return the duration in seconds at the middle of a bucket."""
    if bucket < FINE_MINUTES:
        return (bucket + 0.5) * 60
    return float(FINE_MINUTES * 60 * GROWTH ** (bucket - FINE_MINUTES + 0.5))
