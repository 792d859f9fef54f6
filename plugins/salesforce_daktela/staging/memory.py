"""Which allocator Arrow uses in our processes."""

from __future__ import annotations

import pyarrow as pa

KEPT_MS = 100
"""How long freed memory is kept for the next table; the default of a second would be several pages long."""


def choose_allocator() -> None:
    """Use jemalloc if Arrow has it. Tables are made and freed in several threads, and mimalloc, Arrow's default, keeps
    the memory that each thread has freed: 240 MiB of an extraction that needs 200.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(KEPT_MS)
