"""The garbage collector of a process that runs for long."""

import gc

GC_THRESHOLD = (50_000, 20, 50)


def collect_rarely() -> None:
    """Tell the garbage collector that what was loaded stays; going through it again halves the writer's pace."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
