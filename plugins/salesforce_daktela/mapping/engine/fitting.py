"""The last step of a field: from texts to the JSON of one payload key. Pure."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quote
from typing import Any

from salesforce_daktela.mapping.engine.batch import Batch, Cell
from salesforce_daktela.mapping.model import Entity, FieldRule, Lookup, MappingSpec
from salesforce_daktela.mapping.render import cut
from salesforce_daktela.mapping.target import FIRST_ACTIONS, REQUIRED, TargetSchema

CUSTOM = "customFields."
CHOICES: Mapping[tuple[Entity, str], frozenset[str]] = {
    (Entity.CRM_RECORDS, "stage"): frozenset({"OPEN", "CLOSE"}),
    (Entity.CAMPAIGNS_RECORDS, "action"): frozenset(FIRST_ACTIONS),
}
LONGEST = {"title": 255, "firstname": 128, "lastname": 128, "description": 512}
LONGEST_OF_RECORDS = {"title": 128, "description": 512}


@dataclass(slots=True)
class Fitted:
    """For each distinct value ``,"key":json`` or None when the key is left out, and the reference if there is one.

    Each begins with a comma.
    """

    fragments: list[str | None] = field(default_factory=list)
    references: list[str | None] = field(default_factory=list)
    shortened: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What Daktela takes in one field. ``longest`` is characters, None where no limit is documented.

    ``key`` is JSON and begins with a comma. A field that is sent ``once`` is no part of an update.
    """

    rule: FieldRule
    key: str
    custom: bool
    several: bool
    required: bool
    longest: int | None
    options: frozenset[str] | None
    once: bool = False

    def fit(self, batch: Batch) -> Fitted:
        """Return the JSON of every cell; required ones that are empty become problems of ``batch``."""
        fitted = Fitted()
        if self.rule.lookup is not None:
            head = self._reference_head(self.rule.lookup)
            fitted.references = [
                None if cell is None else f"{head}{quote(cell[0] if type(cell) is tuple else cell)}}}"
                for cell in batch.cells
            ]
            fitted.fragments = [self._empty() if cell is None else None for cell in batch.cells]
            for index, cell in enumerate(batch.cells):
                if type(cell) is tuple:
                    _count_dropped(batch, index, len(cell) - 1)
        else:
            left, right, empty = f"{self.key}:[" if self.custom else f"{self.key}:", "]" * self.custom, self._empty()
            lists = self.several and self.options is None and self.longest is None
            plain = -1 if self.options is not None else sys.maxsize if self.longest is None else self.longest
            fitted.fragments = [
                f"{left}{quote(cell)}{right}"
                if type(cell) is str and len(cell) <= plain
                else empty
                if cell is None
                else f"{left}{','.join(map(quote, cell))}{right}"
                if lists and type(cell) is tuple
                else self._value(index, cell, batch, fitted)
                for index, cell in enumerate(batch.cells)
            ]
        if self.required:
            for index, cell in enumerate(batch.cells):
                if cell is None:
                    batch.problems.setdefault(index, "required_empty")
        for index in batch.problems:
            fitted.fragments[index] = None
        return fitted

    def _empty(self) -> str | None:
        return None if self.rule.when_empty == "keep" else f"{self.key}:{'[]' if self.custom else 'null'}"

    def _value(self, index: int, value: Cell, batch: Batch, fitted: Fitted) -> str:
        texts = value if type(value) is tuple else (value,)
        if not self.several and len(texts) > 1:
            _count_dropped(batch, index, len(texts) - 1)
            texts = texts[:1]
        if self.options is not None and texts[0] not in self.options:
            batch.problems[index] = "option_unknown"
        if self.longest is not None and max(map(len, texts)) > self.longest:
            fitted.shortened[index] = sum(len(text) > self.longest for text in texts)
            texts = tuple(cut(text, self.longest) for text in texts)
        return f"{self.key}:[{','.join(map(quote, texts))}]" if self.custom else f"{self.key}:{quote(texts[0])}"

    def _reference_head(self, lookup: Lookup) -> str:
        """The JSON of a reference up to its value."""
        to = ",".join(lookup.to)
        return f',{{"field":"{self.rule.target}","on_missing":"{lookup.on_missing}","to":"{to}","value":'


def _count_dropped(batch: Batch, index: int, count: int) -> None:
    batch.dropped[index] = batch.dropped.get(index, 0) + count


def fitting(spec: MappingSpec, rule: FieldRule, target: TargetSchema | None) -> Fitting:
    """Return what is known of a field: from ``target`` where it was found, else what Daktela documents."""
    known = None if target is None else target.fields.get(rule.target)
    custom = rule.target.startswith(CUSTOM)
    longest = None if known is None else known.max_length
    if longest is None and not custom:
        longest = (LONGEST_OF_RECORDS if spec.entity is Entity.CRM_RECORDS else LONGEST).get(rule.target)
    return Fitting(
        rule=rule,
        key=f",{json.dumps(rule.target.removeprefix(CUSTOM), ensure_ascii=False)}",
        custom=custom,
        several=custom and (known is None or known.multiple),
        required=rule.target in REQUIRED[spec.entity] or (known is not None and known.required),
        longest=longest,
        options=CHOICES.get((spec.entity, rule.target)),
        once=rule.target in spec.once,
    )


def dump(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
