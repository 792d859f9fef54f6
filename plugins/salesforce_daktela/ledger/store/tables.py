"""The ledger's tables: ids, salted hashes, codes and counts, never a customer's value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on databases without time zones."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what SQLAlchemy would; for SQLite one that makes the same text in a fraction of the time."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert aware to naive UTC. Raises ValueError for a naive time: its zone would be a guess."""
        return None if value is None else _in_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)


def _in_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("the ledger takes aware datetimes only")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return _text_of_utc(value if value.tzinfo is UTC else _in_utc(value))


@functools.lru_cache(maxsize=64)
def _text_of_utc(value: datetime) -> str:
    """The text that SQLAlchemy stores in SQLite. Of the seven times of a written record six are those of others."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds")


metadata = MetaData()


def _table(name: str, *columns: Any, **options: Any) -> Table:
    return Table(f"sfd_{name}", metadata, *columns, **options)


def _of(*names: str) -> list[Column[Any]]:
    return [Column(name, String, primary_key=True) for name in names]


settings = _table("settings", Column("key", String, primary_key=True), Column("value", LargeBinary, nullable=False))

watermarks = _table(
    "watermarks",
    *_of("sync", "mapping"),
    Column("until", Moment, nullable=False),
    Column("run_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("reread_at", Moment),
)

drafts = _table(
    "drafts",
    *_of("person", "sync"),
    Column("version", Integer, nullable=False),
    Column("document", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

records = _table(
    "records",
    *_of("sync", "mapping"),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("digest", LargeBinary),
    Column("stamp", Moment),
    Column("read_at", Moment, nullable=False),
    Column("extraction", String, nullable=False),
    Column("outcome", String),
    Column("adopted", Boolean, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("winner", String),
    Column("echo", LargeBinary),
    Column("holder", String),
    Column("held_until", Moment),
    Index("sfd_records_by_name", "sync", "mapping", "name"),
)

rejects = _table(
    "rejects",
    *_of("sync", "mapping"),
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("field", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("next_try", Moment, nullable=False),
    Column("closed", Moment),
    Column("run_id", String, nullable=False),
    Index("sfd_rejects_open", "sync", "mapping", "closed", "next_try"),
    Index("sfd_rejects_by_reason", "sync", "closed", "mapping", "code", "field", "first_seen", "id"),
)

parked = _table(
    "parked",
    *_of("sync", "mapping"),
    Column("id", String, primary_key=True),
    Column("parent_mapping", String, primary_key=True),
    Column("parent_id", String, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("read_at", Moment),
    Index("sfd_parked_by_age", "sync", "since", "mapping", "id", "parent_mapping", "parent_id"),
)

rereads = _table(
    "rereads",
    *_of("sync", "mapping"),
    Column("id", String, primary_key=True),
    Column("since", Moment, nullable=False),
)

outcomes = _table(
    "outcomes",
    *_of("sync", "mapping", "id", "run_id"),
    Column("outcome", String, nullable=False),
    Column("code", String),
    Column("field", String),
    Column("at", Moment, nullable=False),
    Index("sfd_outcomes_by_age", "sync", "at"),
    # The rows lie in the order of their key: a second copy of it would cost time at every write.
    sqlite_with_rowid=False,
)

checkpoints = _table(
    "checkpoints",
    *_of("sync", "run_id", "mapping"),
    Column("extraction", String, nullable=False),
    Column("query_hash", String, nullable=False),
    Column("api", String, nullable=False),
    Column("job_id", String),
    Column("locator", String),
    Column("parts", JSON, nullable=False),
    Column("since", Moment),
    Column("until", Moment),
    Column("read_at", Moment, nullable=False),
    Column("rows_per_part", Integer, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("calls", Integer),
)

parts = _table(
    "parts",
    *_of("sync", "run_id", "mapping", "extraction"),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("extracted", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
)

runs = _table(
    "runs",
    *_of("sync", "run_id", "mapping"),
    Column("mode", String, nullable=False),
    Column("since", Moment),
    Column("until", Moment),
    Column("extracted", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment, nullable=False),
    Column("calls", Integer),
    Column("report", JSON(none_as_null=True)),
    Index("sfd_runs_by_end", "sync", "finished"),
    Index("sfd_runs_by_mode", "sync", "mode", "finished"),
)

traffic = _table(
    "traffic",
    *_of("sync", "run_id", "mapping", "step"),
    Column("calls", Integer, nullable=False),
    Column("throttled", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment, nullable=False),
)

schemas = _table(
    "schemas",
    *_of("sync", "mapping", "side"),
    Column("seen", JSON, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

bindings = _table(
    "bindings",
    *_of("sync"),
    Column("organization", String, nullable=False),
    Column("instance", String, nullable=False),
    Column("database", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("since", Moment, nullable=False),
)

kept = _table(
    "kept",
    Column("key", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("since", Moment, nullable=False),
)

shares = _table(
    "shares",
    Column("sync", String, primary_key=True),
    Column("holder", String, primary_key=True),
    Column("granted", Float, nullable=False),
    Column("wanted", Float, nullable=False),
    Column("held_until", Moment, nullable=False),
)
