"""Makes a ledger with a long past: many records, rejects and waiting children, and the reports of many runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, cast, func, insert, literal, null, select, text

from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.ledger.store.tables import outcomes, parked, records, rejects
from salesforce_daktela.steps.reconcile.report import ReconcileReport
from salesforce_daktela.sync.drift import Change, ChangeKind, Severity
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema, Side

PREFIXES = {"accounts": "001", "contacts": "003", "leads": "00Q", "opportunities": "006"}
SHARES = {"accounts": 0.2, "contacts": 0.6, "leads": 0.15, "opportunities": 0.05}
REASONS = (
    ("phone_invalid", "customFields.number"),
    ("required_empty", "lastname"),
    ("email_invalid", "customFields.email"),
    ("too_long", "title"),
    ("daktela_refused", ""),
)
FIELDS = 300
"""Fields of each object and each entity: an org of some years."""

COMPARED_EVERY = 20
AT_ONCE = 10_000
NUMBERS = 10**12


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Fill the ledger at ``url`` with ``records``, ``rejects``, ``parked`` and ``runs`` of one ``sync``."""
    ledger, sync, now = Ledger.open(order["url"]), order["sync"], datetime.now(UTC)
    ledger.upgrade()
    for mapping, share in SHARES.items():
        _remember(ledger, sync, mapping, max(1, round(share * order["records"])), now)
    _insert(ledger, sync, rejects, _rejected(sync, order["rejects"], now))
    _insert(ledger, sync, outcomes, _outcomes(sync, order["rejects"], now))
    _insert(ledger, sync, parked, _waiting(sync, order["parked"], now))
    for number in range(order["runs"]):
        _settle(ledger, sync, order["runs"] - number, order["runs"] - number == order["shown"], now)
    for mapping in PREFIXES:
        ledger.watermarks.move(sync, mapping, now - timedelta(minutes=20), "scheduled__1", fingerprint="f")
        ledger.schemas.save(sync, mapping, {side: _schema(mapping) for side in Side}, now)
    rows = ledger.overview.count_rows()
    if order["url"].startswith("postgresql"):
        _settle_statistics(ledger)
    ledger.close()
    return {"rows": rows}


def id_of(mapping: str, number: int) -> str:
    """A Salesforce Id."""
    return f"{PREFIXES[mapping]}{number:012d}AAA"


def _settle_statistics(ledger: Ledger) -> None:
    """What PostgreSQL does by itself within minutes."""
    with ledger.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _remember(ledger: Ledger, sync: str, mapping: str, count: int, now: datetime) -> None:
    """By one statement: a million rows one by one would take longer than what is measured."""
    numbers = select(literal(0).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count - 1))
    digits = func.substr(cast(literal(NUMBERS, BigInteger) + numbers.c.n, String), 2)
    row: dict[str, Any] = {
        "sync": literal(sync),
        "mapping": literal(mapping),
        "id": literal(PREFIXES[mapping]) + digits + literal("AAA"),
        "name": literal(f"sf_{mapping}_") + digits,
        "state": literal("live"),
        "digest": literal(b"0" * 16, records.c.digest.type),
        "stamp": literal(now, records.c.stamp.type),
        "read_at": literal(now, records.c.read_at.type),
        "extraction": literal("e"),
        "outcome": literal("created"),
        "adopted": literal(False),
        "written_at": literal(now, records.c.written_at.type),
        "winner": null(),
    }
    with ledger.db.write(sync, mapping) as connection:
        connection.execute(insert(records).from_select(list(row), select(*row.values())))


def _insert(ledger: Ledger, sync: str, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    with ledger.db.write(sync, "") as connection:
        for row in rows:
            batch.append(row)
            if len(batch) == AT_ONCE:
                connection.execute(insert(table), batch)
                batch = []
        if batch:
            connection.execute(insert(table), batch)


def _rejected(sync: str, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(count):
        mapping = ("contacts", "contacts", "leads", "accounts")[number % 4]
        code, field = REASONS[number % len(REASONS)]
        yield {
            "sync": sync,
            "mapping": mapping,
            "id": id_of(mapping, NUMBERS // 2 + number),
            "code": code,
            "field": field,
            "attempts": 3,
            "first_seen": now - timedelta(days=9, seconds=number),
            "last_seen": now - timedelta(seconds=number),
            "next_try": now + timedelta(hours=1),
            "closed": None,
            "run_id": f"scheduled__{number % 50 + 1}",
        }


def _outcomes(sync: str, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for row in _rejected(sync, count, now):
        same = {name: row[name] for name in ("sync", "mapping", "id", "run_id", "code", "field")}
        yield {**same, "outcome": "rejected", "at": row["last_seen"]}


def _waiting(sync: str, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Half of the parents are rejected, the others were never read."""
    for number in range(count):
        parent = NUMBERS // 2 + 4 * (number // 10) + 3 if number % 2 else NUMBERS - 1 - number
        yield {
            "sync": sync,
            "mapping": "contacts",
            "id": id_of("contacts", 2 * NUMBERS // 3 + number),
            "parent_mapping": "accounts",
            "parent_id": id_of("accounts", parent),
            "since": now - timedelta(days=3, seconds=number),
            "read_at": now,
        }


def _settle(ledger: Ledger, sync: str, number: int, shown: bool, now: datetime) -> None:
    """Save what all mappings did in the run of that number, counted backwards from now on."""
    compares = number % COMPARED_EVERY == 0
    ended = now - timedelta(minutes=15 * number)
    for mapping in PREFIXES:
        counts = {"right": 5000, "missing": 3} if compares else {"created": 40, "updated": 200, "unchanged": 900}
        totals = RunTotals(
            sync=sync,
            run_id=f"scheduled__{number}",
            mapping=mapping,
            mode="reconcile" if compares else "incremental",
            since=ended - timedelta(minutes=15),
            until=ended,
            extracted=sum(counts.values()),
            counts=counts,
            notes={"stored_differently.title.case": 7},
            state="settled",
            started=ended - timedelta(minutes=2),
            finished=ended,
            calls=9,
        )
        ledger.totals.save_run(totals, _compared(totals) if compares else _loaded(totals, shown=shown))


def _loaded(totals: RunTotals, *, shown: bool) -> dict[str, Any]:
    told = 20 if shown else 5
    return RunReport(
        sync=totals.sync,
        run_id=totals.run_id,
        mapping=totals.mapping,
        mode=totals.mode,
        state=totals.state,
        started=totals.started.isoformat(),
        finished=totals.finished.isoformat(),
        extracted=totals.extracted,
        outcomes=totals.counts,
        rejects=tuple({"code": code, "field": field, "count": 20_000} for code, field in REASONS),
        rejected=tuple(
            {"id": id_of(totals.mapping, number), "code": "too_long", "field": "title", "link": "https://a.example"}
            for number in range(told)
        ),
        notes=totals.notes,
        drift=tuple(_change(totals.mapping, number).to_dict() for number in range(3)),
        salesforce_calls=totals.calls,
    ).to_dict()


def _compared(totals: RunTotals) -> dict[str, Any]:
    return ReconcileReport(
        sync=totals.sync,
        run_id=totals.run_id,
        mapping=totals.mapping,
        mode=totals.mode,
        state="compared",
        started=totals.started.isoformat(),
        finished=totals.finished.isoformat(),
        salesforce=totals.extracted,
        daktela=totals.extracted,
        counts=totals.counts,
        samples={"missing": [id_of(totals.mapping, number) for number in range(3)]},
        found=3,
        salesforce_calls=totals.calls,
    ).to_dict()


def _change(mapping: str, number: int) -> Change:
    return Change(
        mapping=mapping,
        side=Side.SALESFORCE,
        field=f"Field_{number}__c",
        kind=ChangeKind.VANISHED,
        severity=Severity.ERROR,
        was="string, 80 characters",
        now=None,
    )


def _schema(mapping: str) -> SeenSchema:
    field = SeenField(type="picklist", length=255, values=tuple(f"Value {number}" for number in range(20)))
    return SeenSchema(of=mapping, fields={f"Field_{number}__c": field for number in range(FIELDS)})


if __name__ == "__main__":
    run_side(work)
