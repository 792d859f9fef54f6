"""What happens to single records in whole runs: parked, ambiguous, rejected, gone, removed, left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.store import Record
from sandbox.salesforce.seed.fill import employee_id
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite

MODELS = ("contacts", "accounts", "crmRecords")


@pytest.mark.parametrize(("line", "left"), [("", None), ("when_empty: keep, ", "svoboda")])
def test_a_record_whose_new_owner_has_no_login_belongs_to_nobody(
    runner: Runner, sandbox: Sandbox, line: str, left: str | None
) -> None:
    """A dropped reference is an empty one: the former owner's login stays only if empty values do so."""
    rewrite(runner.folder / "contacts.yaml", "user: {lookup", f"user: {{{line}lookup")
    runner.run()
    contact = _unadopted(runner, sandbox)
    only = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    sandbox.salesforce.records.update("Contact", contact, {"OwnerId": employee_id(1)})
    runner.run(only)
    assert _daktela(sandbox, contact).values["user"] == "svoboda"
    sandbox.salesforce.records.update("Contact", contact, {"OwnerId": employee_id(6)})
    report = runner.run(only)["contacts"]
    assert report.notes["reference_dropped.user"] == 1
    assert _daktela(sandbox, contact).values["user"] == left
    assert runner.run(only)["contacts"].outcomes == {"unchanged": 1}


def test_a_child_waits_for_its_parent_and_is_released(runner: Runner, sandbox: Sandbox) -> None:
    """Contacts whose account has not arrived are parked; the run after the accounts' brings them."""
    began = datetime.now(UTC)
    report = runner.run(RunRequest(mappings=("contacts",)))["contacts"]
    parked = report.outcomes["parked"]
    assert report.waiting == parked
    assert datetime.fromisoformat(str(report.waiting_since)) >= began
    assert f"{parked} wait for parents, the first since" in report.summary()
    assert parked == sum(row["AccountId"] is not None for row in alive(sandbox, "Contact"))
    runner.run(RunRequest(mappings=("accounts",)))
    report = runner.run(RunRequest(mappings=("contacts",)))["contacts"]
    released = report.outcomes
    assert (report.waiting, report.waiting_since) == (0, None)
    assert sum(released.values()) == parked
    assert "parked" not in released
    assert runner.ledger.parking.read("default", "contacts") == []


def test_a_lookup_whose_source_is_a_text_field(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Ids of 15 characters are found, what is no Id refuses its own record with a reason, and the others are loaded."""
    rewrite(runner.folder / "contacts.yaml", "from: AccountId", "from: Department")
    account = alive(sandbox, "Account")[0]["Id"]
    made = {
        text: sandbox.salesforce.records.create("Contact", {"LastName": text, "Department": text}, at=before_now)
        for text in (account[:15], f" {account} ", "ACME-1")
    }
    runner.run()
    for text in (account[:15], f" {account} "):
        record = sandbox.daktela.get("contacts", f"sf_contact_{made[text]}")
        assert record is not None
        assert record.values["account"] == f"sf_account_{account}"
    refused = {reject.id: (reject.code, reject.field) for reject in runner.ledger.rejects.read("default", "contacts")}
    assert refused[made["ACME-1"]] == ("reference_invalid", "account")


@pytest.mark.parametrize(("part_rows", "piece_rows"), [(1_000, 1_000), (1_000, 50), (100, 1_000)])
def test_two_records_that_match_one_object_are_both_ambiguous(
    runner: Runner, sandbox: Sandbox, before_now: datetime, part_rows: int, piece_rows: int
) -> None:
    """Whichever comes first, in one part and piece or in two; when one of them is mended, the other adopts."""
    runner.piece_rows = piece_rows
    limits = FAST.replace("lag: 0s}", f"lag: 0s, bulk_above: 0, part_rows: {part_rows}}}")
    rewrite(runner.folder / "sync.yaml", FAST, limits)
    sandbox.salesforce.switch(bulk_page_rows=100)
    shared = {"LastName": "Dvojí", "Email": "dvoji@firma.cz"}
    first = sandbox.salesforce.records.create("Contact", shared, at=before_now - timedelta(days=400))
    for number in range(150):
        fields = {"LastName": f"Mezi {number}"}
        sandbox.salesforce.records.create("Contact", fields, at=before_now - timedelta(days=300))
    second = sandbox.salesforce.records.create("Contact", {**shared, "Email": " DVOJI@firma.cz"}, at=before_now)
    runner.daktela.create(
        "contacts",
        {
            "name": "zdejsi",
            "title": "Zdejší",
            "lastname": "Zdejší",
            "database": runner.spec.database,
            "customFields": {"email": ["dvoji@firma.cz"]},
        },
    )
    planned = counts(runner.run(RunRequest(mode=Mode.PLAN)))["contacts"]
    assert counts(runner.run())["contacts"] == planned
    assert runner.ledger.rejects.codes("default", "contacts", [first, second]) == dict.fromkeys(
        (first, second), "match_ambiguous"
    )
    sandbox.salesforce.records.update("Contact", first, {"Email": "jiny@firma.cz"}, at=before_now)
    replay = RunRequest(mode=Mode.REPLAY, mappings=("contacts",), ids=(first, second))
    assert counts(runner.run(replay)) == {"contacts": {"created": 1, "adopted": 1}}
    assert runner.ledger.records.names("default", "contacts", [second]) == {second: "zdejsi"}


def test_a_reject_comes_back_when_it_is_mended(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """A bad e-mail refuses one record; mended in Salesforce, it is loaded and the reject is closed."""
    rewrite(runner.folder / "contacts.yaml", "reject_above: 1%", "reject_above: 100%")
    bad = sandbox.salesforce.records.create(
        "Contact", {"LastName": "Chybná", "Email": "chybna@example.cz"}, at=before_now
    )
    sandbox.salesforce.records.update("Contact", bad, {"Email": "chybna@@example"}, at=before_now)
    report = runner.run()["contacts"]
    assert {"code": "email_invalid", "field": "customFields.email", "count": 1} in list(report.rejects)
    sandbox.salesforce.records.update("Contact", bad, {"Email": "chybna@example.cz"}, at=before_now)
    assert runner.run()["contacts"].outcomes["created"] == 1
    assert bad not in [reject.id for reject in runner.ledger.rejects.read("default", "contacts")]


def test_what_was_deleted_in_daktela_stays_away(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Somebody deleted it there on purpose: reported as gone, not created again."""
    runner.run()
    contact = _unadopted(runner, sandbox)
    sandbox.daktela.delete("contacts", f"sf_contact_{contact}")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Smazaná"}, at=before_now)
    assert counts(runner.run())["contacts"] == {"gone": 1}
    assert counts(runner.run())["contacts"] == {"gone": 1}
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None


@pytest.mark.parametrize(("policy", "outcome"), [("keep", "kept"), ("delete", "removed"), ("mark", "removed")])
def test_a_deleted_record_is_handled_as_its_mapping_says(
    runner: Runner, sandbox: Sandbox, policy: str, outcome: str
) -> None:
    """Kept as it is, deleted, or marked; never anything but what the mapping says."""
    asked = f'on_delete: {policy}\nmark: {{customFields.note: "smazáno"}}'
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", asked)
    runner.run()
    contact = _unadopted(runner, sandbox)
    sandbox.salesforce.records.delete("Contact", contact)
    reports = runner.run(RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",)))
    assert counts(reports) == {"contacts": {outcome: 1}}
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert (held is None) == (policy == "delete")
    assert (held is not None and held.custom.get("note") == ["smazáno"]) == (policy == "mark")


def test_a_record_that_leaves_the_filter_is_seen(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """A lead that was converted no longer passes its mapping's filter: handled as a departure, not forgotten."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: delete")
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, at=before_now)
    assert counts(runner.run())["leads"] == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


def test_other_peoples_objects_are_left_alone(runner: Runner, sandbox: Sandbox) -> None:
    """Objects of other databases, and of this one that match nothing, are as they were, to the last field."""
    runner_names = ("sf_contact_", "sf_account_", "sf_lead_", "sf_opportunity_")
    before = _held(sandbox)
    runner.run()
    adopted = {
        entry.name
        for row in alive(sandbox, "Contact")
        for entry in runner.ledger.records.read("default", "contacts", [row["Id"]]).values()
        if entry.adopted
    }
    after = _held(sandbox)
    untouched = {key: values for key, values in before.items() if key[1] not in adopted}
    assert {key: after[key] for key in untouched} == untouched
    assert not [key for key in after.keys() - before.keys() if not key[1].startswith(runner_names)]


def _held(sandbox: Sandbox) -> dict[tuple[str, str], dict[str, object]]:
    """Everything Daktela holds, by model and name."""
    return {(model, r.name): dict(r.values) for model in MODELS for r in sandbox.daktela.records(model)}


def _unadopted(runner: Runner, sandbox: Sandbox) -> str:
    """The Id of a loaded contact that is under its own name."""
    ids = [row["Id"] for row in alive(sandbox, "Contact")]
    entries = runner.ledger.records.read("default", "contacts", ids)
    return str(next(id_ for id_ in ids if id_ in entries and not entries[id_].adopted))


def _daktela(sandbox: Sandbox, contact: str) -> Record:
    record = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert record is not None
    return record
