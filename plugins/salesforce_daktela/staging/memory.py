"""Which allocator Arrow uses in our processes."""

from __future__ import annotations

import pyarrow as pa


def choose_allocator() -> None:
    """Take jemalloc where Arrow has it: tables come and go in several threads, and mimalloc, Arrow's own choice, keeps
    what each thread gave back: 240 MiB of an extraction that needs 200.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
