"""One record through every rule of its mapping, step by step. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from salesforce_daktela.mapping.engine.batch import Cell
from salesforce_daktela.mapping.engine.compiled_mapping import CompiledMapping
from salesforce_daktela.mapping.engine.part_columns import PartColumns
from salesforce_daktela.mapping.engine.pipeline import Pipeline, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTrace:
    """One Daktela field. ``steps`` are names with the value after each; ``problem`` is a code or empty."""

    target: str
    steps: tuple[tuple[str, Any], ...] = field(repr=False)
    problem: str


def trace_row(compiled: CompiledMapping, row: pa.Table) -> tuple[FieldTrace, ...]:
    """Return the traces of a table of one row, sorted by target. The engine computes the same without the steps."""
    columns = PartColumns(row, compiled.schema, compiled.instance_url)
    traces = []
    for pipeline, fit in compiled.rules:
        seen: list[tuple[str, list[Cell]]] = []
        column, batch = pipeline.run(columns.cells, columns.rows, _recorder(seen))
        fit.fit(batch)
        place = int(column.codes[0])
        steps = [(name, _plain(cells[place])) for name, cells in seen]
        traces.append(_trace(pipeline, [*steps, ("result", _plain(batch.cells[place]))], batch.problems.get(place, "")))
    return tuple(traces)


def _recorder(seen: list[tuple[str, list[Cell]]]) -> Watch:
    def watch(name: str, cells: list[Cell]) -> None:
        seen.append((name, list(cells)))

    return watch


def _trace(pipeline: Pipeline, steps: list[tuple[str, Any]], problem: str) -> FieldTrace:
    return FieldTrace(target=pipeline.rule.target, steps=tuple(steps), problem=problem)


def _plain(cell: Cell) -> Any:
    return list(cell) if isinstance(cell, tuple) else cell
