"""The rows of a payload part as the load step handles them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from salesforce_daktela.mapping.once import with_once
from salesforce_daktela.steps.run.unexpected_errors import attempt
from salesforce_daktela.sync.outcome import Problem

BATCH = 1_000
"""Rows that are Python objects of Arrow's and ours at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference still to be resolved: ``value`` is a Salesforce Id or, for users, an e-mail address.

    ``to`` are names of mappings, with commas between them, or ``users``.
    """

    field: str
    to: str
    value: str
    on_missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadRow:
    """One record. ``payload`` is canonical JSON text, parsed only when it has to be sent.

    ``winner`` is the Id of the record that a deleted one was merged into. ``became`` are the mappings and Ids of the
    records that may carry on a converted one. ``once`` are values, and ``once_references`` references, that only a
    create sends.
    """

    id: str
    name: str | None
    stamp: datetime | None
    departed: str
    winner: str | None
    became: Mapping[str, str]
    payload: str
    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]
    shortened: int
    dropped: int
    once: Mapping[str, Any] = field(default_factory=dict, repr=False)
    once_references: tuple[Reference, ...] = ()

    def as_created(self) -> PayloadRow:
        """The row whose payload and references are all that a create sends."""
        if not self.once and not self.once_references:
            return self
        whole = json.dumps(with_once(self.body(), self.once), ensure_ascii=False, separators=(",", ":"))
        both = (*self.references, *self.once_references)
        return replace(self, payload=whole, references=both, once={}, once_references=())

    def body(self) -> dict[str, Any]:
        """The payload as it will be sent, without name, database and references."""
        parsed: dict[str, Any] = json.loads(self.payload, object_hook=_with_shared_keys)
        return parsed


def _with_shared_keys(parsed: dict[str, Any]) -> dict[str, Any]:
    """The same with one text for each key: a part has thousands of records of the same fields."""
    return {sys.intern(key): value for key, value in parsed.items()}


def read_rows(table: pa.Table) -> Iterator[PayloadRow]:
    """Yield the rows of a payload part; ``departed`` is ``deleted``, ``left`` or empty.

    A row that cannot be read carries this as its problem.
    """
    for batch in table.to_batches(max_chunksize=BATCH):
        for row in batch.to_pylist():
            read = attempt(row["id"], _row, row)
            yield _row({**row, "references": "[]", "problems": "[]"}, read) if isinstance(read, Problem) else read


def _row(row: Mapping[str, Any], *unreadable: Problem) -> PayloadRow:
    once = json.loads(row["once"]) if row.get("once") else {}
    return PayloadRow(
        id=row["id"],
        name=row["name"],
        stamp=row["stamp"],
        departed="deleted" if row["is_deleted"] else "left" if row["left_filter"] else "",
        winner=row["master_id"] or None,
        became=json.loads(row["became"]) if row["became"] else {},
        payload=row["payload"],
        references=() if row["references"] == "[]" else _references(row["references"]),
        problems=unreadable or (() if row["problems"] == "[]" else _problems(row["problems"])),
        shortened=row["shortened"],
        dropped=row["dropped"],
        once=once.get("body", {}),
        once_references=tuple(Reference(**reference) for reference in once.get("references", ())),
    )


def _references(text: str) -> tuple[Reference, ...]:
    return tuple(Reference(**reference) for reference in json.loads(text))


def _problems(text: str) -> tuple[Problem, ...]:
    return tuple(Problem(**problem) for problem in json.loads(text))
