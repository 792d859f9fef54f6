"""One record as both systems have it: values are text for those who may edit, in neither an address nor a log."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from sandbox.testing import Sandbox
from tests.ui.on_sandbox.conftest import BASE, Fetch

HOSTILE = "<img src=x onerror=alert(1)>\u202e"

pytestmark = pytest.mark.usefixtures("sales", "ledger")


@pytest.fixture
def ledger(mappings: Path) -> Ledger:
    """The ledger of the pages, with its tables."""
    opened = Ledger.open(f"sqlite:///{mappings.parents[1] / 'ledger.db'}")
    opened.upgrade()
    return opened


def new_contact(sandbox: Sandbox, **values: object) -> str:
    row = {"FirstName": " Božena ", "LastName": HOSTILE, "Email": "nobody at all", **values}
    return sandbox.salesforce.records.create("Contact", row, at=datetime.now(UTC) - timedelta(minutes=1))


def accepted(id_: str, name: str) -> RecordEntry:
    earlier = datetime.now(UTC) - timedelta(days=1)
    return RecordEntry(
        id=id_,
        name=name,
        state=RecordState.LIVE,
        digest=b"0" * 16,
        stamp=earlier,
        read_at=earlier,
        extraction="e",
        outcome="created",
        adopted=False,
        written_at=earlier,
    )


def explanation(fetch: Fetch, id_: str) -> str:
    reply = fetch(f"{BASE}/record/explanation", method="POST", json={"text": id_})
    assert reply.status_code == 200, reply.text
    return reply.text


def test_both_systems_explain_it(fetch: Fetch, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """What a run would do and why, each step, the page of the record in Salesforce."""
    id_ = new_contact(sandbox)
    with caplog.at_level(logging.DEBUG):
        piece = explanation(fetch, id_)
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202e" in piece
    assert HOSTILE not in piece
    assert "not an e-mail address" in piece
    assert "Daktela does not have it." in piece
    assert "Not looked up: the record is refused before" in piece
    assert f'/{id_}" target="_blank"' in piece
    assert not any(value in caplog.text for value in ("Božena", "nobody at all", "onerror"))


def test_what_daktela_holds_is_beside_what_would_be_written(fetch: Fetch, sandbox: Sandbox, ledger: Ledger) -> None:
    """Field by field, with the object's page there."""
    id_ = new_contact(sandbox, Email="bozena@firma.cz", LastName="Němcová")
    name = str(sandbox.daktela.records("contacts")[0].name)
    sandbox.daktela.edit("contacts", name, {"lastname": "Němcová", "title": "Somebody else"})
    ledger.records.accept("sales", "contacts", [accepted(id_, name)])
    piece = explanation(fetch, id_)
    assert f"/crm/contacts/update/{name}" in piece
    assert f"PUT {name}" in piece
    assert ">Different<" in piece
    assert ">Equal<" in piece


def test_an_object_that_no_mapping_reads(fetch: Fetch) -> None:
    """Is told so."""
    assert "No mapping reads this object" in explanation(fetch, "005000000000001AAA")


def test_a_mapping_that_does_not_fit_the_systems_says_where(fetch: Fetch, sales: Path) -> None:
    """As the preflight of a run does; the ledger's part of the page stands."""
    path = sales / "contacts.yaml"
    path.write_text(path.read_text().replace("from: FirstName", "from: Frstname"))
    reply = fetch(f"{BASE}/record/explanation", method="POST", json={"text": "0030000000000001AAA"[:18]})
    assert (reply.status_code, "contacts.yaml:8" in reply.json()["detail"]) == (422, True)


def forget(fetch: Fetch, id_: str, **more: object) -> Response:
    return fetch(f"{BASE}/record/forget", method="POST", json={"text": id_, **more})


def test_a_record_is_forgotten_with_a_receipt(
    fetch: Fetch, sandbox: Sandbox, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    """Where its Id was typed, and where Salesforce no longer has it or somebody insists; no log line names it."""
    id_ = new_contact(sandbox)
    ledger.records.accept("sales", "contacts", [accepted(id_, f"sf_contact_{id_}")], "run-1")
    with caplog.at_level(logging.INFO):
        refused = [forget(fetch, id_), forget(fetch, id_, typed="it"), forget(fetch, id_, typed=id_)]
        assert [reply.status_code for reply in refused] == [422, 422, 409]
        assert ledger.records.read("sales", "contacts", [id_])
        reply = forget(fetch, id_, typed=id_[:15], even_if_present=True)
    assert reply.status_code == 200, reply.text
    receipt = json.loads(reply.json()["receipt"])
    found = {(row["mapping"], row["what"]): row["rows"] for row in receipt["syncs"][0]["ledger"]}
    assert found == {("contacts", "records"): 1, ("contacts", "outcomes"): 1}
    assert reply.json()["said"] == ""
    assert id_ not in reply.text
    assert id_ not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("salesforce"))
    assert not ledger.records.read("sales", "contacts", [id_])
