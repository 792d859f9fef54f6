"""Which allocator Arrow uses in our processes."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

SETTING = "ARROW_DEFAULT_MEMORY_POOL"
JEMALLOC = "jemalloc"

KEPT_MS = 100
"""How long freed memory is kept for the next table; the default of a second would be several pages long."""


def choose_allocator() -> None:
    """Use jemalloc if Arrow has it. Tables are made and freed in several threads, and mimalloc, Arrow's default, keeps
    the memory that each thread has freed: 270 MiB of an extraction that needs 170.

    The writer of Parquet asks Arrow's C++ for the default, which only the environment can choose, and only before
    Arrow is imported. An operator's own choice stays; child processes do not get ours.
    """
    with _set_for_now():
        import pyarrow as pa

        backends = pa.supported_memory_backends()
    if JEMALLOC in backends:
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(KEPT_MS)


@contextlib.contextmanager
def _set_for_now() -> Iterator[None]:
    """Ask for jemalloc where pyarrow's own packages have it: a build without would warn."""
    if SETTING in os.environ or sys.platform != "linux":
        yield
        return
    os.environ[SETTING] = JEMALLOC
    try:
        yield
    finally:
        del os.environ[SETTING]
