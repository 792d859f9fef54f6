"""References of rows: whatever a lookup's source holds, the row has a resolution, and no other row is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from json.encoder import encode_basestring as quote

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState, Waiting
from salesforce_daktela.salesforce.wire.ids import long_id
from salesforce_daktela.steps.decide.payload_rows import PayloadRow, Reference
from salesforce_daktela.steps.decide.reference_columns import resolve_columns
from salesforce_daktela.steps.decide.references import ReferenceResolver, waits_text
from salesforce_daktela.sync.outcome import Problem

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
ID, SHORT, UNKNOWN = "001xx000003DGbYAAW", "001xx000003DGbY", "001xx000003DGbZAAW"
EVA = "eva@firma.cz"


@pytest.fixture
def resolver() -> Iterator[ReferenceResolver]:
    """One account has been written, and Daktela knows one user."""
    ledger = Ledger.open("sqlite://")
    ledger.upgrade()
    entry = RecordEntry(
        id=ID, name="sf_account_1", state=RecordState.LIVE, digest=b"", stamp=AT, read_at=AT, extraction="e",
        outcome="created", adopted=False, written_at=AT,
    )  # fmt: skip
    ledger.records.accept("crm", "accounts", [entry])
    yield ReferenceResolver(ledger=ledger, sync="crm", users=lambda: {EVA: "eva"})
    ledger.close()


def row(number: int, *references: Reference) -> PayloadRow:
    """A contact with references."""
    return PayloadRow(
        id=f"003xx0000000{number:03d}AAA", name="n", stamp=AT, departed="", winner=None,
        became={}, payload="{}",
        references=references, problems=(), shortened=0, dropped=0,
    )  # fmt: skip


def as_json(found: Reference) -> str:
    """As transform writes it."""
    pairs = (f'"{name}":{quote(getattr(found, name))}' for name in ("field", "on_missing", "to", "value"))
    return f"[{{{','.join(pairs)}}}]"


def account(value: str, on_missing: str = "park") -> Reference:
    """A contact's account."""
    return Reference(field="account", to="accounts", value=value, on_missing=on_missing)


@pytest.mark.parametrize("value", [ID, SHORT, f" {SHORT}\n", f"\u00a0{ID}"])
def test_an_id_of_either_length_is_found(resolver: ReferenceResolver, value: str) -> None:
    """A text field holds the 15 characters that Salesforce's reports show, with a blank beside them."""
    assert resolver.resolve([row(1, account(value))])[row(1).id].fields == {"account": "sf_account_1"}
    assert resolver.names("accounts", [value]) == {value: "sf_account_1"}


def test_a_child_waits_for_the_long_form(resolver: ReferenceResolver) -> None:
    """The parent arrives under it, whichever form the child holds."""
    found = resolver.resolve([row(1, account(UNKNOWN[:15]))])[row(1).id]
    assert found.waits == [Waiting(id=row(1).id, parent_mapping="accounts", parent_id=long_id(UNKNOWN[:15]))]


def test_a_reference_may_be_looked_up_in_several_mappings(resolver: ReferenceResolver) -> None:
    """Whichever has written the record gives the name; while none has, the child waits for any of them."""
    known = Reference(field="account", to="partners,accounts", value=SHORT, on_missing="park")
    unknown = Reference(field="account", to="partners,accounts", value=UNKNOWN, on_missing="park")
    found = resolver.resolve([row(1, known), row(2, unknown)])
    assert found[row(1).id].fields == {"account": "sf_account_1"}
    assert [(wait.parent_mapping, wait.parent_id) for wait in found[row(2).id].waits] == [
        ("partners", UNKNOWN),
        ("accounts", UNKNOWN),
    ]
    assert resolver.names("partners,accounts", [SHORT]) == {SHORT: "sf_account_1"}
    assert waits_text(found[row(2).id].waits) == f"partners or accounts {UNKNOWN}"


@pytest.mark.parametrize(
    ("on_missing", "code"), [("park", "reference_invalid"), ("reject", "reference_unknown"), ("drop", None)]
)
@pytest.mark.parametrize("value", ["ACME-1", "Firma s.r.o.", "001", ID + "0", "001xx000003DGbÝ", "😀"])
def test_what_is_no_id_is_that_rows_problem(
    resolver: ReferenceResolver, value: str, on_missing: str, code: str | None
) -> None:
    """No parent will ever arrive for it, so it waits for none; the row beside it is resolved."""
    found = resolver.resolve([row(1, account(value, on_missing)), row(2, account(ID))])
    refused, beside = found[row(1).id], found[row(2).id]
    assert refused.problems == ([] if code is None else [Problem(code=code, field="account")])
    assert (refused.waits, refused.dropped) == ([], ["account"] if code is None else [])
    assert beside.fields == {"account": "sf_account_1"}


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40) | st.sampled_from([ID, SHORT, UNKNOWN, EVA])


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@example(values=["ACME-1", "\0", '"\\\u2028', "'; --"], to="accounts", on_missing="park")
@given(
    values=st.lists(TEXTS, max_size=8),
    to=st.sampled_from(["accounts", "users"]),
    on_missing=st.sampled_from(["park", "drop", "reject"]),
)
def test_whatever_a_source_holds_each_row_has_one_end(
    resolver: ReferenceResolver, values: list[str], to: str, on_missing: str
) -> None:
    """Found, dropped, waiting for an Id or refused, and found column by column as one by one."""
    policy = "drop" if (to, on_missing) == ("users", "park") else on_missing
    references = [Reference(field="account", to=to, value=value, on_missing=policy) for value in values]
    resolved = resolver.resolve([row(number, reference) for number, reference in enumerate(references)])
    assert len(resolved) == len(values)
    for each in resolved.values():
        assert len(each.fields) + len(each.dropped) + len(each.waits) + len(each.problems) == 1
    columns = resolve_columns(
        pa.array([as_json(reference) for reference in references], pa.string()), resolver.names, {}
    )
    assert columns.texts.is_valid().to_pylist() == [bool(each.fields or each.dropped) for each in resolved.values()]
