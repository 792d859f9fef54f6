"""Do the next piece of work while the last one is being used."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
END = object()


def ahead(items: Iterator[T]) -> Generator[T]:
    """Yield ``items``, of which the next is made in a thread meanwhile: never more than one.

    What making it raises is raised when it is asked for. Closing waits for the one under way.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as pool:
        coming = pool.submit(next, items, END)
        while (item := coming.result()) is not END:
            coming = pool.submit(next, items, END)
            yield cast(T, item)
