"""Imports Arrow without the libraries that a process has no use for."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from salesforce_daktela.arrow_memory import choose_allocator

PANDAS, NUMPY = "pandas", "numpy"


class _Refusing(MetaPathFinder):
    """Answers as an environment does that has none of these libraries."""

    def __init__(self, libraries: Collection[str]) -> None:
        self._libraries = libraries

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self._libraries:
            raise ModuleNotFoundError(fullname)
        return None


def import_arrow(*, numpy: bool) -> None:
    """Import Arrow with our allocator and without pandas, and without numpy unless the process needs it.

    At the first Python value that it converts, Arrow imports pandas to recognise its objects: half a second and 40 MiB.
    It looks once, and again only when it is asked for a frame; so one refusal is enough, and nothing else notices.
    For numpy its modules look as they are imported, and never again: then no value of this process can become a numpy
    array by Arrow. A library that this process has imported already stays.
    """
    refusing = _Refusing((PANDAS,) if numpy else (PANDAS, NUMPY))
    sys.meta_path.insert(0, refusing)
    try:
        choose_allocator()
        import pyarrow as pa
        import pyarrow.compute

        pa.scalar(0)
    finally:
        sys.meta_path.remove(refusing)
