"""Read an iterator one item ahead, in a thread."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
END = object()


def prefetch(items: Iterator[T]) -> Generator[T]:
    """Yield ``items``; while one is in use, a thread fetches the next one, and no more than that.

    An exception of ``items`` is raised when the item is asked for. Closing waits for the item that is being fetched.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch") as pool:
        coming = pool.submit(next, items, END)
        while (item := coming.result()) is not END:
            coming = pool.submit(next, items, END)
            yield cast(T, item)
