"""The page of one record: found by whatever somebody has at hand, with what the ledger knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import PastOutcome, RecordEntry, RecordState, Waiting
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome
from tests.ui.conftest import Ask

SCRIPT = {"Sec-Fetch-Dest": "empty"}
PAGE = "/syncs/sales/record"
ID = "0035g00000ABCdeAAH"
PARENT = "0015g00000XYZdeAAH"
LEAD = "00Q5g00000XYZdeEAH"
NOW = datetime.now(UTC)


@pytest.fixture
def ledger(mappings: Path) -> Ledger:
    """The ledger of the pages, with its tables."""
    opened = Ledger.open(f"sqlite:///{mappings.parents[1] / 'ledger.db'}")
    opened.upgrade()
    return opened


def entry(id_: str = ID, name: str = f"sf_contact_{ID}") -> RecordEntry:
    return RecordEntry(
        id=id_,
        name=name,
        state=RecordState.LIVE,
        digest=b"0" * 16,
        stamp=NOW,
        read_at=NOW,
        extraction="e",
        outcome="created",
        adopted=False,
        written_at=NOW,
    )


def post(ask: Ask, path: str, text: str, role: str = "user") -> Any:
    return ask(f"{PAGE}/{path}", method="POST", role=role, headers=SCRIPT, json={"text": text})


def test_the_ledgers_part_stands_by_itself(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Without a call: state, reject with its reason in words, parents, and what became of it in each run."""
    add_sync("sales")
    refused = RecordOutcome(
        id=ID, outcome=Outcome.REJECTED, problems=(Problem(code="email_invalid", field="customFields.email"),)
    )
    ledger.records.accept("sales", "contacts", [entry()], "scheduled__1+00:00")
    ledger.rejects.save("sales", "contacts", "manual__<b>", [refused], NOW)
    ledger.parking.park("sales", "contacts", [Waiting(id=ID, parent_mapping="accounts", parent_id=PARENT)], NOW, NOW)
    page = ask(f"{PAGE}?q={ID[:15]}", role="user").text
    assert "In Daktela" in page
    assert f'href="/salesforce-daktela/syncs/sales/record?q={PARENT}"' in page
    assert page.count("not an e-mail address") == 2
    assert "scheduled__1+00:00" in page
    assert "manual__&lt;b&gt;" in page
    assert f'data-id="{ID}"' in page


def test_what_a_converted_record_was_called_is_told_as_long_as_its_heir_is_there(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """A name that Daktela no longer has is a former one, and leads nobody to look for it."""
    add_sync("sales")
    name = "sf_lead_1"
    lead = replace(entry(LEAD, name), state=RecordState.BECAME, winner=ID)
    ledger.records.accept("sales", "leads", [lead], "scheduled__1+00:00")
    ledger.records.accept("sales", "contacts", [entry(name=name)], "scheduled__1+00:00")
    page = ask(f"{PAGE}?q={LEAD}", role="user").text
    assert "Its object is carried on by" in page
    assert "Name in Daktela:" in page
    ledger.records.accept("sales", "contacts", [replace(entry(name=name), state=RecordState.GONE)], "scheduled__2")
    page = ask(f"{PAGE}?q={LEAD}", role="user").text
    assert "Its object was carried on by" in page
    assert ", which is no longer in Daktela." in page
    assert "Its name in Daktela was:" in page
    assert "Its name in Daktela was:" in ask(f"{PAGE}?q={ID}", role="user").text


def test_a_record_that_nobody_knows_is_told_so(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """An Id is asked for in both systems nevertheless; a name leads nowhere."""
    add_sync("sales")
    ledger.outcomes.save("sales", "leads", [PastOutcome(id=PARENT, run_id="r", outcome="kept", at=NOW)])
    assert "nothing is remembered of it" in ask(f"{PAGE}?q={ID}", role="user").text
    assert "No record is known by that" in ask(f"{PAGE}?q=nobody", role="user").text
    assert 'id="explained"' not in ask(PAGE, role="user").text


@pytest.mark.parametrize(
    "text",
    [
        ID[:15],
        f"https://acme.lightning.force.com/lightning/r/Contact/{ID}/view",
        "jana.novakova@firma.cz",
        "https://acme.daktela.com/crm/contacts/update/jana.novakova%40firma.cz",
        f"https://acme.daktela.com/crm/contacts/update/sf_contact_{ID}",
    ],
)
def test_whatever_is_pasted_becomes_an_id(text: str, ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Adopted objects have names of their own; one that the ledger does not know is read by the key."""
    add_sync("sales")
    ledger.records.accept("sales", "contacts", [entry(name="jana.novakova@firma.cz")])
    assert post(ask, "find", text).json() == {"address": f"/salesforce-daktela{PAGE}?q={ID}"}


def test_what_leads_to_no_record_says_so(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """And a ledger that cannot tell says why."""
    add_sync("sales")
    assert ledger.overview.version().found
    reply = post(ask, "find", "nobody of this name")
    assert (reply.status_code, reply.json()["detail"]) == (404, "No record is known by that. Try its Id.")


def test_without_a_ledger_an_id_is_still_shown(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """A sync that has never run has none."""
    add_sync("sales")
    page = ask(f"{PAGE}?q={ID}", role="user")
    assert (page.status_code, f'data-id="{ID}"' in page.text) == (200, True)


def test_files_that_do_not_load_say_where(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """The mapping is what explains a record."""
    path = add_sync("sales") / "contacts.yaml"
    path.write_text(path.read_text().replace("firstname:", "firstnam:"))
    reply = ask(f"{PAGE}?q={ID}", role="user")
    assert (reply.status_code, "contacts.yaml:8" in reply.text) == (422, True)


def test_values_are_for_those_who_may_edit(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Others are refused, page and pieces."""
    add_sync("sales")
    assert ask(f"{PAGE}?q={ID}", role="viewer").status_code == 403
    assert [post(ask, path, ID, "viewer").status_code for path in ("find", "explanation")] == [403, 403]
