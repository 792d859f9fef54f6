"""Rows found unchanged column by column are those that would be found so one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.digests import digest, digests
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.steps.decide.reference_columns import resolve_columns
from salesforce_daktela.steps.decide.screening import Screen, Screened
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
SCOPE = ("crm", "contacts")
NAMES = {"accounts": {"001A": "sf_account_1"}, "users": {"eva@x.cz": 'ev"á'}}


def names(to: str, values: Sequence[str]) -> Mapping[str, str]:
    """What the ledger and Daktela's users would say."""
    return {value: NAMES[to][value] for value in values if value in NAMES[to]}


def reference(field: str, to: str, value: str, on_missing: str) -> dict[str, str]:
    """One reference as transform writes it."""
    return {"field": field, "on_missing": on_missing, "to": to, "value": value}


def row(id_: str, payload: str = "{}", references: Sequence[Mapping[str, str]] = (), **more: Any) -> dict[str, Any]:
    """One payload row."""
    text = json.dumps(list(references), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    plain = {"is_deleted": False, "left_filter": False, "problems": "[]", "shortened": 0, "dropped": 0}
    return {"id": id_, "name": f"sf_{id_}", "payload": payload, "references": text, **plain, **more}


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A payload part."""
    return pa.Table.from_pylist([dict(each) for each in rows], schema=PAYLOAD_SCHEMA)


@pytest.fixture
def ledger() -> Ledger:
    """Empty, in memory."""
    made = Ledger.open("sqlite://")
    made.upgrade()
    return made


def split(ledger: Ledger, part: pa.Table, clearing: Sequence[str] = ()) -> Screened:
    """One mapping's part, split."""
    screen = Screen(
        ledger=ledger,
        scope=SCOPE,
        extraction="now",
        names=names,
        constants={"database": "sales"},
        clearing=clearing,
    )
    return screen.split(screen.ask(screen.resolve(part)))


def accept(ledger: Ledger, id_: str, text: str, **more: Any) -> None:
    """Remember a record as written."""
    plain: dict[str, Any] = {"state": RecordState.LIVE, "extraction": "before", **more}
    entry = RecordEntry(
        id=id_,
        name=f"sf_{id_}",
        digest=digest(ledger.salt(), text),
        stamp=AT,
        read_at=AT,
        outcome="created",
        adopted=False,
        written_at=AT,
        **plain,
    )
    ledger.records.accept(*SCOPE, [entry])


def test_a_live_record_with_the_same_payload_is_unchanged(ledger: Ledger) -> None:
    """Everything else is left to be looked at, in its order."""
    fields = '\n{"database": "sales"}'
    for id_ in ("same", "marked", "mine", "deleted", "left", "problem"):
        accept(ledger, id_, "{}" + fields)
    accept(ledger, "marked", "{}" + fields, state=RecordState.MARKED)
    accept(ledger, "mine", "{}" + fields, extraction="now")
    part = table(
        [
            row("new"),
            row("same"),
            row("marked"),
            row("mine"),
            row("deleted", is_deleted=True),
            row("left", left_filter=True),
            row("problem", problems='[{"code":"x","field":"y","message":"z"}]'),
        ]
    )
    found = split(ledger, part)
    assert found.unchanged["id"].to_pylist() == ["same"]
    assert found.rest["id"].to_pylist() == ["new", "marked", "mine", "deleted", "left", "problem"]


def test_a_changed_name_of_a_parent_is_a_change(ledger: Ledger) -> None:
    """The digest holds the references as they resolve now."""
    accept(ledger, "same", '{}\n{"account": "sf_account_1", "database": "sales"}')
    accept(ledger, "moved", '{}\n{"account": "sf_account_0", "database": "sales"}')
    parent = reference("account", "accounts", "001A", "park")
    found = split(ledger, table([row("same", references=[parent]), row("moved", references=[parent])]))
    assert found.unchanged["id"].to_pylist() == ["same"]


def test_who_waits_for_a_parent_is_never_unchanged(ledger: Ledger) -> None:
    """Even with a digest that would fit without it."""
    accept(ledger, "waits", '{}\n{"database": "sales"}')
    waiting = row("waits", references=[reference("account", "accounts", "001B", "park")])
    assert split(ledger, table([waiting])).rest.num_rows == 1


@pytest.mark.parametrize(
    ("clearing", "text"),
    [((), '{"database": "sales"}'), (("user",), '{"database": "sales", "user": null}')],
    ids=["left out", "cleared"],
)
def test_a_dropped_reference_is_left_out_or_cleared(ledger: Ledger, clearing: Sequence[str], text: str) -> None:
    """As the mapping says of empty values; it is counted where the record needs no call."""
    accept(ledger, "same", f"{{}}\n{text}")
    dropped = reference("user", "users", "nobody@x.cz", "drop")
    found = split(ledger, table([row("same", references=[dropped]), row("new", references=[dropped])]), clearing)
    assert found.unchanged["id"].to_pylist() == ["same"]
    assert found.dropped == {"user": 1}


def test_a_part_without_rows_is_split_into_nothing(ledger: Ledger) -> None:
    """Twice."""
    found = split(ledger, table([]))
    assert (found.unchanged.num_rows, found.rest.num_rows) == (0, 0)


REFERENCES = st.lists(
    st.sampled_from(
        [
            reference("account", "accounts", "001A", "park"),
            reference("user", "users", "eva@x.cz", "drop"),
            reference("owner", "users", 'no "body"\n,{}\\', "drop"),
        ]
    ),
    unique_by=lambda found: found["field"],
)


@given(st.lists(REFERENCES))
def test_columns_resolve_as_rows_do(rows: list[list[dict[str, str]]]) -> None:
    """Byte for byte what ``json.dumps`` makes of each row's fields."""
    texts = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in rows]
    resolved = resolve_columns(pa.array(texts, pa.string()), names, {"database": "sales"}, ["owner"])
    expected = []
    for each in rows:
        fields: dict[str, str | None] = {"database": "sales"}
        for found in each:
            fields[found["field"]] = NAMES[found["to"]].get(found["value"])
        expected.append(json.dumps(fields, sort_keys=True))
    assert resolved.texts.to_pylist() == expected


@given(st.lists(st.binary()), st.binary(max_size=100))
def test_many_digests_are_those_of_each(texts: list[bytes], salt: bytes) -> None:
    """Whatever the salt's length."""
    plain = [text.hex() for text in texts]
    assert digests(salt, [text.encode() for text in plain]) == b"".join(digest(salt, text) for text in plain)
