"""Python's garbage collector, and what a task holds to its end."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def passing_over() -> Iterator[None]:
    """Let the collector pass over everything that exists now, until the block ends; blocks may be nested.

    Libraries, rows and orders live as long as the task. A task that makes objects all the time has the collector look
    at all of them again and again, to find nothing. What Airflow has set aside before it forked stays aside.
    """
    aside = gc.get_freeze_count()
    gc.freeze()
    try:
        yield
    finally:
        if not aside:
            gc.unfreeze()
