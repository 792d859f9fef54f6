"""Python's garbage collector, and what a task holds to its end."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

OBJECTS = 100_000
"""New objects after which the collector looks at the youngest: Python's own 700 are those of a few writes."""


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the collector look seldom until the block ends.

    Rows and orders live as long as the part is loaded. The collector would look at them again and again, to find
    nothing. Setting everything aside (``gc.freeze``) is no way: Python cannot say cheaply whether others have done so,
    and garbage that is set aside stays.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(OBJECTS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
