"""The distinct values of one field between its transforms, with their problems and counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import is_
from typing import Any, TypeAlias

from salesforce_daktela.mapping.render import MAYBE_EMPTY, is_empty
from salesforce_daktela.mapping.transforms.definition import PartialResult, Transform, UnfitValueError, unchanged

Cell: TypeAlias = Any
"""None, one value, or a tuple of two or more values, none of them empty."""

Function: TypeAlias = Callable[[Any], Any]


@dataclass(slots=True)
class Batch:
    """``problems`` gives a code, and ``dropped`` a count, by position in ``cells``."""

    cells: list[Cell]
    drop: bool = False
    problems: dict[int, str] = field(default_factory=dict)
    dropped: dict[int, int] = field(default_factory=dict)

    def apply(self, transform: Transform, function: Function) -> None:
        """Apply one transform to all cells. A value that does not fit is dropped or is a problem, as the rule says."""
        if function is unchanged:
            return
        if transform.takes == "list":
            self._apply_to_lists(transform, function)
        else:
            self._apply_to_each(transform, function)

    def render(self, function: Function) -> None:
        """Convert every value to the text that Daktela gets. Texts without NUL need no conversion."""
        if not are_texts(self.cells):
            self._apply_to_each(RENDER, function)

    def _apply_to_each(self, transform: Transform, function: Function) -> None:
        changed: list[Cell] = []
        append = changed.append
        for index, cell in enumerate(self.cells):
            if cell is None:
                append(None)
                continue
            if type(cell) is tuple:
                append(self._several(index, cell, transform, function))
                continue
            try:
                result = function(cell)
            except Exception as exc:  # noqa: BLE001 a project's own function may raise anything; other rows go on
                self._unfit(index, transform, exc, 1)
                append(None)
                continue
            if result is cell or (type(result) is str and result[:1] not in MAYBE_EMPTY):
                append(result)
            else:
                append(as_cell(self._used(index, result)))
        self.cells = changed

    def _several(self, index: int, values: tuple[Any, ...], transform: Transform, function: Function) -> Cell:
        kept: list[Any] = []
        same = plain = True
        for value in values:
            try:
                result = function(value)
            except Exception as exc:  # noqa: BLE001 a project's own function may raise anything; other rows go on
                self._unfit(index, transform, exc, 1)
                same = False
                continue
            if result is not value:
                same = False
                plain = plain and type(result) is str and result[:1] not in MAYBE_EMPTY
            kept.append(self._used(index, result))
        if same:
            return values
        return as_cell(kept) if not plain or len(kept) < 2 else tuple(kept)

    def _apply_to_lists(self, transform: Transform, function: Function) -> None:
        fills, idle = transform.name == "default", transform.keeps_one
        for index, cell in enumerate(self.cells):
            if (cell is None and not fills) or (idle and type(cell) is not tuple):
                continue
            values = cell if type(cell) is tuple else () if cell is None else (cell,)
            try:
                result = function(list(values))
                if type(result) is str and result[:1] not in MAYBE_EMPTY:
                    self.cells[index] = result
                elif not _same(result, values):
                    self.cells[index] = as_cell(result)
            except Exception as exc:  # noqa: BLE001 a project's own function may raise anything; other rows go on
                self._unfit(index, transform, exc, len(values))
                self.cells[index] = None

    def _used(self, index: int, result: Any) -> Any:
        """Return the part of a result that is sent; count or refuse the rest."""
        if type(result) is not PartialResult:
            return result
        count = result.left_out + (result.unfit if self.drop else 0)
        if count:
            self.dropped[index] = self.dropped.get(index, 0) + count
        if result.unfit and not self.drop:
            self.problems.setdefault(index, result.code)
        return result.values

    def _unfit(self, index: int, transform: Transform, exc: Exception, count: int) -> None:
        if self.drop:
            self.dropped[index] = self.dropped.get(index, 0) + count
        else:
            code = exc.code if isinstance(exc, UnfitValueError) else f"{transform.name}_failed"
            self.problems.setdefault(index, code)


def are_texts(cells: Sequence[Cell]) -> bool:
    """Whether all values are texts without NUL. Fast, because this is the usual case."""
    single, several = cells, list[Any]()
    if tuple in set(map(type, cells)):
        single = [cell for cell in cells if type(cell) is not tuple]
        several = list(chain.from_iterable([cell for cell in cells if type(cell) is tuple]))
    return all(
        set(map(type, texts)) <= TEXT and "\0" not in "".join(filter(None, texts)) for texts in (single, several)
    )


TEXT = {str, type(None)}
RENDER = Transform(name="render", make=lambda: str)


def as_cell(value: Any) -> Cell:
    """Return the result of a source or a transform as a cell, without empty values and nested lists."""
    if type(value) is str and value[:1] not in MAYBE_EMPTY:
        return value
    if isinstance(value, list | tuple):
        if not set(map(type, value)) <= TEXT:
            value = [item for part in value for item in (part if isinstance(part, list | tuple) else (part,))]
        kept = tuple(
            item for item in value if (type(item) is str and item[:1] not in MAYBE_EMPTY) or not is_empty(item)
        )
        return kept if len(kept) > 1 else kept[0] if kept else None
    return None if is_empty(value) else value


def merged(cells: tuple[Cell, ...]) -> Cell:
    """Return several cells as one, in order."""
    kept = cells if None not in cells else tuple([cell for cell in cells if cell is not None])
    if len(kept) < 2:
        return kept[0] if kept else None
    if tuple in map(type, kept):
        return tuple(value for cell in kept for value in (cell if type(cell) is tuple else (cell,)))
    return kept


def _same(result: Any, values: tuple[Any, ...]) -> bool:
    """Whether a list contains the same objects as before, so that they need no check."""
    return type(result) is list and len(result) == len(values) > 0 and all(map(is_, result, values))
