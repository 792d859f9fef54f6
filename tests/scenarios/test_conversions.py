"""A lead that was converted, and its contact: one object in Daktela, with all its calls."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.salesforce.conversion import convert
from sandbox.testing import Sandbox
from tests.scenarios.conftest import PROJECT
from tests.scenarios.reconciling import NOTHING, counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite


def test_the_contact_carries_on_the_object_of_its_lead(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    runner.run()
    lead = _lead(runner, sandbox)
    converted = convert(sandbox.salesforce.records, lead, opportunity=True, at=before_now)
    told = counts(runner.run())
    assert told["leads"] == {"became": 1}
    assert told["contacts"]["updated"] == 1
    assert "created" not in told["contacts"]
    held = sandbox.daktela.get("contacts", f"sf_lead_{lead}")
    assert held is not None
    assert held.values["account"] == f"sf_account_{converted.account}"
    assert sandbox.daktela.get("contacts", f"sf_contact_{converted.contact}") is None
    assert runner.ledger.records.names("default", "contacts", [converted.contact]) == {
        converted.contact: f"sf_lead_{lead}"
    }
    assert _state(runner, "leads", lead) is RecordState.BECAME


def test_the_runs_after_a_conversion_find_nothing_to_do(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    runner.run()
    convert(sandbox.salesforce.records, _lead(runner, sandbox), at=before_now)
    runner.run()
    told = counts(runner.run())
    assert told["leads"] == {"became": 1}  # within the overlap its row is read once more
    again = counts(runner.run(RunRequest(mode=Mode.FULL)))
    assert all(set(outcomes) <= {"unchanged", "kept", "became"} for outcomes in again.values())


def test_a_plan_says_that_the_contact_will_be_an_update(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    runner.run()
    convert(sandbox.salesforce.records, _lead(runner, sandbox), at=before_now)
    told = counts(runner.run(RunRequest(mode=Mode.PLAN)))
    assert told["contacts"]["updated"] == 1
    assert told["leads"] == {"became": 1}
    assert "created" not in told["contacts"]


def test_a_lead_that_was_never_loaded_leaves_a_new_contact_its_own_object(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """And an older reading of the lead, which comes later, creates nothing."""
    runner.run()
    lead = sandbox.salesforce.records.create(
        "Lead", {"LastName": "Nová", "Company": "F", "Status": "Working - Contacted"}
    )
    converted = convert(sandbox.salesforce.records, lead, at=before_now)
    told = counts(runner.run())
    assert told["contacts"]["created"] == 1
    assert sandbox.daktela.get("contacts", f"sf_contact_{converted.contact}") is not None
    assert _state(runner, "leads", lead) is RecordState.BECAME


def test_a_conversion_into_a_contact_that_has_an_object_keeps_both_and_says_so(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    runner.run()
    lead, contact = _lead(runner, sandbox), _contact(runner, sandbox)
    convert(sandbox.salesforce.records, lead, contact=contact, at=before_now)
    report = runner.run()["leads"]
    assert report.outcomes == {"kept": 1}
    assert report.notes["converted_both"] == 1
    assert "1 converted records have an object beside that of their heir" in report.summary()
    (past,) = runner.ledger.outcomes.read("default", "leads", lead, 1)
    assert (past.outcome, past.code) == ("kept", "converted_both")
    for name in (f"sf_lead_{lead}", f"sf_contact_{contact}"):
        assert sandbox.daktela.get("contacts", name) is not None


def test_a_run_of_contacts_alone_says_which_field_of_leads_it_misses(runner: Runner, sandbox: Sandbox) -> None:
    """Without it the run would give contacts a second object beside that of their lead."""
    sandbox.salesforce.switch(hidden_fields=["Lead.ConvertedContactId"])
    with pytest.raises(ConfigurationError, match="Lead has no field ConvertedContactId that this user may read"):
        runner.run(RunRequest(mappings=("contacts",)))


def test_of_two_leads_that_became_one_contact_one_hands_its_object_over(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    runner.run()
    first, second = _leads(runner, sandbox)[:2]
    made = convert(sandbox.salesforce.records, first, at=before_now)
    convert(sandbox.salesforce.records, second, contact=made.contact, at=before_now)
    report = runner.run()["leads"]
    assert report.outcomes == {"became": 1, "kept": 1}
    assert report.notes["converted_both"] == 1
    assert len([each for each in (first, second) if _state(runner, "leads", each) is RecordState.BECAME]) == 1


@pytest.mark.parametrize("policy", ["keep", "delete"])
def test_a_contact_outside_its_mapping_carries_nothing_on(
    runner: Runner, sandbox: Sandbox, before_now: datetime, policy: str
) -> None:
    """Its lead has left the filter: the policy decides, once the contacts are read beyond the conversion."""
    rewrite(runner.folder / "contacts.yaml", "key:", 'where: "DoNotCall = false"\nkey:')
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", f"on_delete: {policy}")
    runner.run()
    lead = _lead(runner, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    sandbox.salesforce.records.update("Contact", made.contact, {"DoNotCall": True}, at=before_now)
    report = runner.run()["leads"]
    assert report.outcomes == {"kept": 1}
    assert report.notes["conversion_waits"] == 1
    sandbox.salesforce.switch(clock_skew_seconds=1200.0)
    assert counts(runner.run())["leads"] == ({"kept": 1} if policy == "keep" else {"removed": 1})
    assert (sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None) == (policy == "delete")


def test_a_contact_that_enters_its_filter_later_takes_its_lead_s_object(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    rewrite(runner.folder / "contacts.yaml", "key:", 'where: "DoNotCall = false"\nkey:')
    runner.run()
    lead = _lead(runner, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    sandbox.salesforce.records.update("Contact", made.contact, {"DoNotCall": True}, at=before_now)
    runner.run()
    sandbox.salesforce.switch(clock_skew_seconds=1200.0)
    runner.run()
    sandbox.salesforce.records.update("Contact", made.contact, {"DoNotCall": False})
    sandbox.salesforce.switch(clock_skew_seconds=2400.0)
    assert counts(runner.run())["contacts"]["updated"] == 1
    assert _state(runner, "leads", lead) is RecordState.BECAME
    assert sandbox.daktela.get("contacts", f"sf_contact_{made.contact}") is None


def test_after_a_lost_ledger_the_contact_is_found_by_its_lead_s_name(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    runner.run()
    lead = _lead(runner, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    runner.run()
    before = len(sandbox.daktela.records("contacts"))
    for mapping, ids in (("leads", [lead]), ("contacts", [made.contact])):
        for id_ in ids:
            assert runner.ledger.erasure.forget("default", id_)[mapping, "records"] == 1
    runner.run(RunRequest(mode=Mode.FULL))
    assert len(sandbox.daktela.records("contacts")) == before
    assert runner.ledger.records.names("default", "contacts", [made.contact]) == {made.contact: f"sf_lead_{lead}"}


def test_a_mapping_without_a_filter_sees_the_conversion_in_the_row_itself(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    rewrite(runner.folder / "leads.yaml", 'where: "IsConverted = false"\n', "")
    runner.run()
    lead = _lead(runner, sandbox)
    convert(sandbox.salesforce.records, lead, at=before_now)
    assert counts(runner.run())["leads"] == {"became": 1}


def test_leads_that_were_kept_before_the_mapping_named_their_heirs_are_handed_over(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    rewrite(runner.folder / "leads.yaml", "becomes: {contacts: ConvertedContactId}\n", "")
    rewrite(runner.folder / "contacts.yaml", "key:", 'where: "DoNotCall = false"\nkey:')
    runner.run()
    lead = _lead(runner, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    sandbox.salesforce.records.update("Contact", made.contact, {"DoNotCall": True}, at=before_now)
    runner.run()
    assert _state(runner, "leads", lead) is RecordState.KEPT
    sandbox.salesforce.records.update("Contact", made.contact, {"DoNotCall": False})
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    rewrite(runner.folder / "leads.yaml", "fields:", "becomes: {contacts: ConvertedContactId}\nfields:")
    told = counts(runner.run(RunRequest(mode=Mode.FULL)))
    assert told["leads"]["became"] == 1
    assert _state(runner, "leads", lead) is RecordState.BECAME


def test_an_older_reading_of_a_lead_creates_nothing_after_its_conversion(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """It was read as open, and is loaded after the contact."""
    runner.run()
    person = {"LastName": "Nová", "Company": "Vltava", "Status": "Working - Contacted"}
    lead = sandbox.salesforce.records.create("Lead", person, at=before_now)
    request, spec = RunRequest(mode=Mode.RECORDS, ids=(lead,), mappings=("leads",)), runner.spec
    facts = preflight(spec, request, runner.salesforce, runner.daktela, database=None)
    early = runner.extract(spec, spec.mapping("leads"), facts, request, "early")
    convert(sandbox.salesforce.records, lead, at=before_now)
    assert counts(runner.run(RunRequest(mappings=("contacts",)))) == {"contacts": {"parked": 1}}
    runner.load(spec, spec.mapping("leads"), facts, early, "early")
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None
    assert _state(runner, "leads", lead) is RecordState.BECAME


def test_a_comparison_finds_nothing_wrong_with_a_converted_lead(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    runner.run()
    convert(sandbox.salesforce.records, _lead(runner, sandbox), at=before_now)
    runner.run()
    assert counts_of(reconcile(runner)) == NOTHING


def test_a_converted_lead_that_the_filter_does_not_leave_out_is_nothing_odd(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Its row is read by every comparison, and its object is that of its contact."""
    rewrite(runner.folder / "leads.yaml", 'where: "IsConverted = false"\n', "")
    runner.run()
    convert(sandbox.salesforce.records, _lead(runner, sandbox), at=before_now)
    runner.run()
    reports = reconcile(runner)
    assert counts_of(reports) == NOTHING
    assert reports["leads"].counts["right"] == reports["leads"].salesforce


def test_a_comparison_after_a_lost_ledger_finds_the_object_under_the_lead_s_name(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """It is no missing record, and its repair makes no second object."""
    runner.run()
    lead = _lead(runner, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    runner.run()
    sandbox.salesforce.switch(clock_skew_seconds=3600.0)
    before = len(sandbox.daktela.records("contacts"))
    for id_ in (lead, made.contact):
        runner.ledger.erasure.forget("default", id_)
    reconcile(runner, repair=True)
    assert len(sandbox.daktela.records("contacts")) == before
    assert runner.ledger.records.names("default", "contacts", [made.contact]) == {made.contact: f"sf_lead_{lead}"}
    assert counts_of(reconcile(runner)) == NOTHING


@pytest.fixture
def with_people(runner: Runner, sandbox: Sandbox) -> Runner:
    """The shipped sync in an org with person accounts: companies, people and the people of companies apart."""
    sandbox.salesforce.switch(person_accounts=True)
    people = PROJECT / "include" / "mappings" / "examples" / "person_accounts" / "people.yaml"
    (runner.folder / "people.yaml").write_text(people.read_text())
    rewrite(runner.folder / "sync.yaml", "[accounts, contacts, leads", "[accounts, people, contacts, leads")
    rewrite(runner.folder / "leads.yaml", "ConvertedContactId}", "ConvertedContactId, people: ConvertedAccountId}")
    for name in ("accounts", "contacts"):
        rewrite(runner.folder / f"{name}.yaml", "key:", 'where: "IsPersonAccount = false"\nkey:')
    return runner


def _alone(sandbox: Sandbox, at: datetime) -> str:
    """A lead without a company."""
    row = {"LastName": "Nová", "FirstName": "Eva", "Status": "Working - Contacted", "Email": "eva@nova.example"}
    return sandbox.salesforce.records.create("Lead", row, at=at)


def test_a_person_account_carries_on_the_object_of_its_lead(
    with_people: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Its contact is no record of the contacts' mapping; the account's own mapping takes the object."""
    lead = _alone(sandbox, before_now)
    with_people.run()
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    (account,) = sandbox.salesforce.records.read("Account", record=made.account)
    assert (account["IsPersonAccount"], account["PersonContactId"]) == (1, made.contact)
    told = counts(with_people.run())
    assert told["people"]["updated"] == 1
    assert told["leads"] == {"became": 1}
    assert all("created" not in outcomes for outcomes in told.values())
    held = sandbox.daktela.get("contacts", f"sf_lead_{lead}")
    assert held is not None
    assert held.values["description"].startswith(f"{with_people.salesforce.instance_url}/{made.account}")
    for name in (f"sf_person_{made.account}", f"sf_contact_{made.contact}", f"sf_account_{made.account}"):
        assert all(sandbox.daktela.get(model, name) is None for model in ("contacts", "accounts"))
    again = counts(with_people.run(RunRequest(mode=Mode.FULL)))
    assert all(set(outcomes) <= {"unchanged", "kept", "became", "parked"} for outcomes in again.values())


def test_a_lead_with_a_company_becomes_a_contact_in_an_org_with_person_accounts(
    with_people: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    with_people.run()
    lead = _lead(with_people, sandbox)
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    told = counts(with_people.run())
    assert told["leads"] == {"became": 1}
    assert with_people.ledger.records.names("default", "contacts", [made.contact]) == {made.contact: f"sf_lead_{lead}"}
    assert with_people.ledger.records.names("default", "people", [made.account]) == {}


def test_a_lead_that_is_converted_into_a_known_person_account_is_told_as_a_second_object(
    with_people: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    with_people.run()
    lead = _lead(with_people, sandbox)
    rows = sandbox.salesforce.records.read("Account", limit=1000)
    person = next(row for row in rows if row["IsPersonAccount"])
    made = convert(sandbox.salesforce.records, lead, account=person["Id"], at=before_now)
    assert made.contact == person["PersonContactId"]
    report = with_people.run()["leads"]
    assert report.outcomes == {"kept": 1}
    assert report.notes["converted_both"] == 1


def test_a_person_account_is_found_by_its_lead_s_name_after_a_lost_ledger(
    with_people: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    lead = _alone(sandbox, before_now)
    with_people.run()
    made = convert(sandbox.salesforce.records, lead, at=before_now)
    with_people.run()
    before = len(sandbox.daktela.records("contacts"))
    for id_ in (lead, made.account):
        with_people.ledger.erasure.forget("default", id_)
    with_people.run(RunRequest(mode=Mode.FULL))
    assert len(sandbox.daktela.records("contacts")) == before
    assert with_people.ledger.records.names("default", "people", [made.account]) == {made.account: f"sf_lead_{lead}"}


def _lead(runner: Runner, sandbox: Sandbox) -> str:
    return _leads(runner, sandbox)[0]


def _leads(runner: Runner, sandbox: Sandbox) -> list[str]:
    """Leads that have an object of their own."""
    ids = [row["Id"] for row in sandbox.salesforce.records.read("Lead") if not row["IsConverted"]]
    entries = runner.ledger.records.read("default", "leads", ids)
    return [id_ for id_ in ids if id_ in entries and entries[id_].state is RecordState.LIVE]


def _contact(runner: Runner, sandbox: Sandbox) -> str:
    ids = [row["Id"] for row in sandbox.salesforce.records.read("Contact")]
    known = runner.ledger.records.read("default", "contacts", ids)
    return next(str(id_) for id_ in ids if id_ in known and not known[id_].adopted)


def _state(runner: Runner, mapping: str, id_: str) -> RecordState | None:
    entry = runner.ledger.records.read("default", mapping, [id_]).get(id_)
    return None if entry is None else entry.state
