"""Which allocator Arrow uses in our processes."""

from __future__ import annotations

import pyarrow as pa

KEPT_MS = 100
"""How long memory that was given back is kept for the next table: the usual second is several pages long."""


def choose_allocator() -> None:
    """Take jemalloc where Arrow has it: tables come and go in several threads, and mimalloc, Arrow's own choice, keeps
    what each thread gave back: 240 MiB of an extraction that needs 200.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(KEPT_MS)
