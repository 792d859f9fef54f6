"""The checked model of a sync folder: what ``sync.yaml`` and its mapping files say, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from salesforce_daktela.mapping.render import is_empty, render

Scalar: TypeAlias = str | int | float | bool | None


LINK = "$Link"
"""A pseudo field: the address of the record in Salesforce's own user interface."""


class Entity(StrEnum):
    """The Daktela CRM models a mapping can write to; the value is the endpoint."""

    CONTACTS = "contacts"
    ACCOUNTS = "accounts"
    CRM_RECORDS = "crmRecords"
    CAMPAIGNS_RECORDS = "campaignsRecords"

    @property
    def type_field(self) -> str | None:
        """The reference that says which form a record has; None where that is the CRM database's."""
        return {"crmRecords": "type", "campaignsRecords": "record_type"}.get(self.value)

    @property
    def in_database(self) -> bool:
        """Whether its objects belong to a CRM database."""
        return self.type_field is None

    @property
    def is_dialled(self) -> bool:
        """Whether a dialler works on its records and changes them on its own."""
        return self is Entity.CAMPAIGNS_RECORDS


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a YAML file; ``line`` and ``column`` count from 1, column 0 is not told."""

    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A Salesforce field, parents by dots, as the user wrote it: ``Owner.Email``."""

    path: str


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and field paths in their order: ``{FirstName} {LastName}``."""

    pieces: tuple[str | FieldPath, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that every record gets."""

    value: Scalar | tuple[Scalar, ...]


Source: TypeAlias = FieldPath | Template | Constant


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformCall:
    """One transform with its options as the user wrote them."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A reference to a record of other mappings or to a Daktela user.

    ``to`` lists mappings, or is ``users`` alone. The first mapping that has written the record gives the name.
    """

    to: tuple[str, ...]
    on_missing: Literal["park", "drop", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one Daktela field is filled. ``target`` is ``title`` or ``customFields.email``."""

    target: str
    sources: tuple[Source, ...]
    transforms: tuple[TransformCall, ...] = ()
    default: Scalar | tuple[Scalar, ...] = None
    lookup: Lookup | None = None
    when_empty: Literal["clear", "keep"] = "clear"
    on_error: Literal["reject", "drop"] = "reject"
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSpec:
    """One mapping file. ``name`` is the file's stem; ``reject_above`` is a share between 0 and 1.

    A run with more than ``max_removals`` removals waits for approval. ``reread`` is how often every record is read
    again, for fields that change without a new change stamp; None means never. ``becomes`` names the mappings whose
    records carry on a record of this one, each with the field that holds the other record's Id; ``on_both`` says what
    happens when both have an object.

    ``once`` are fields that are sent when a record is created and never again. Records of a dial list whose ``action``
    is one of ``hands_off`` are neither changed nor removed.
    """

    name: str
    sobject: str
    entity: Entity
    key: Template
    fields: tuple[FieldRule, ...]
    where: str | None = None
    match: tuple[str, ...] = ()
    mark: Mapping[str, Scalar] = field(default_factory=dict)
    once: tuple[str, ...] = ()
    hands_off: tuple[int, ...] = ()
    becomes: Mapping[str, str] = field(default_factory=dict)
    on_both: Literal["keep", "merge"] = "keep"
    on_delete: Literal["keep", "mark", "delete"] = "keep"
    on_filter_exit: Literal["keep", "mark", "delete"] = "keep"
    max_removals: int = 100
    on_gone: Literal["keep", "recreate"] = "keep"
    reread: timedelta | None = timedelta(days=1)
    reject_above: float = 0.01
    position: Position

    @property
    def marks(self) -> bool:
        """Whether a policy marks records that have left."""
        return "mark" in (self.on_delete, self.on_filter_exit)

    def mark_body(self) -> dict[str, object]:
        """The body that marks a removed record: texts; null or an empty list clears a field.

        Custom fields are lists of texts. Some instances refuse an empty text.
        """
        texts = {path: _text(value) for path, value in self.mark.items()}
        plain: dict[str, object] = {path: text for path, text in texts.items() if "." not in path}
        custom = {path.partition(".")[2]: [text] if text else [] for path, text in texts.items() if "." in path}
        return {**plain, **({"customFields": custom} if custom else {})}

    def unmark_body(self) -> dict[str, object]:
        """The fields of the mark that a record loses when it is back: one that was closed on a dial list stays closed.

        Their values do not matter.
        """
        return {
            key: value for key, value in self.mark_body().items() if not (self.entity.is_dialled and key == "action")
        }

    def own_name(self, id_: str) -> str:
        """The name that a record's object gets in Daktela unless it is adopted or inherited."""
        return "".join(piece if isinstance(piece, str) else id_ for piece in self.key.pieces)

    def paths(self) -> tuple[str, ...]:
        """Every Salesforce field path that the mapping reads, each once, in order of appearance."""
        seen: dict[str, None] = {}
        for source in (self.key, *(source for rule in self.fields for source in rule.sources)):
            for piece in source.pieces if isinstance(source, Template) else (source,):
                if isinstance(piece, FieldPath) and piece.path != LINK:
                    seen.setdefault(piece.path)
        return tuple({**seen, **dict.fromkeys(self.becomes.values())})

    def parents(self, known: Iterable[str]) -> list[str]:
        """Those of ``known`` mappings whose records this one refers to, or whose records carry on its own."""
        named = {name for rule in self.fields if rule.lookup is not None for name in rule.lookup.to}
        return [name for name in known if name in named or name in self.becomes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a sync may use of both systems. Rates are per second, ``part_rows`` and ``bulk_above`` are rows.

    ``reserve_api_calls`` is what runs leave of Salesforce's daily allowance: a share as a float from 0 to 1,
    or a whole number of calls.
    ``budget_api_calls`` is how many calls one run may use; None means no bound of its own. A Bulk job that takes longer
    than ``bulk_timeout`` is aborted.
    """

    requests_per_second: float = 10.0
    workers: int = 4
    reserve_api_calls: float = 0.2
    budget_api_calls: int | None = None
    part_rows: int = 10_000
    bulk_above: int = 2_000
    overlap: timedelta = timedelta(minutes=10)
    lag: timedelta = timedelta(seconds=5)
    bulk_timeout: timedelta = timedelta(hours=2)

    def calls_kept(self, allowed: int) -> float:
        """How many of ``allowed`` calls a day are left to others; 100% is all of them, where 1 is one call."""
        kept = self.reserve_api_calls
        return kept * allowed if isinstance(kept, float) and kept <= 1 else kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """When a run asks before it writes. ``changes_above`` is a share of the records in Daktela; None means never.

    A run with more removals than a mapping's ``max_removals`` asks in any case.
    """

    first_load: bool = False
    changes_above: float | None = None
    removals: bool = False

    @property
    def weighs_writes(self) -> bool:
        """Whether creations and updates have to be counted before the first of them is sent."""
        return self.first_load or self.changes_above is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSpec:
    """One folder below the mappings folder. ``mappings`` keeps the order of sync.yaml: parents first.

    ``database`` and ``timezone`` (an IANA name) are None when they are left to the Daktela connection. ``reconcile``
    is a cron expression, None for never; ``retain`` is how long the parts of a settled run are kept.
    ``fresh_within`` is how old what Daktela holds may become before somebody is told.
    """

    name: str
    folder: str
    salesforce_conn_id: str = "salesforce_default"
    daktela_conn_id: str = "daktela_default"
    database: str | None = None
    schedule: str | None = None
    timezone: str | None = None
    mappings: tuple[MappingSpec, ...]
    limits: Limits
    approve: Approvals = Approvals()
    reconcile: str | None = None
    retain: timedelta = timedelta(0)
    fresh_within: timedelta | None = None

    @property
    def objects(self) -> dict[str, str]:
        """The Salesforce object of each mapping, by its name."""
        return {mapping.name: mapping.sobject for mapping in self.mappings}

    def converted_into(self, name: str) -> list[MappingSpec]:
        """The mappings whose converted records are carried on by records of the mapping ``name``."""
        return [mapping for mapping in self.mappings if name in mapping.becomes]

    def mapping(self, name: str) -> MappingSpec:
        """The mapping of that name. Raises KeyError."""
        return {mapping.name: mapping for mapping in self.mappings}[name]


def _text(value: Scalar) -> str | None:
    return None if value is None or is_empty(value) else render(value, UTC)
