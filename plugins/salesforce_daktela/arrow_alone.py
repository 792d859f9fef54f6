"""Lets Arrow do without pandas in a process that has no use for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

PANDAS = "pandas"


class _NoPandas(MetaPathFinder):
    """Answers as an environment does that has no pandas."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == PANDAS:
            raise ModuleNotFoundError(fullname)
        return None


def keep_pandas_out() -> None:
    """Let Arrow find no pandas, unless this process has imported it.

    At the first Python value that it converts, Arrow imports pandas to recognise its objects: half a second and 40 MiB.
    It looks once, and again only when it is asked for a frame; so one refusal is enough, and nothing else notices.
    """
    if PANDAS in sys.modules:
        return
    import pyarrow as pa

    refusing = _NoPandas()
    sys.meta_path.insert(0, refusing)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(refusing)
