"""Both sides compared whole: what windows cannot see is found, and put right when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.reconcile.comparison import Comparison
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.store import Record
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.oracle import alive, loaded_names
from tests.scenarios.reconciling import counts_of, local_reconcile, reconcile
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock
from tests.scenarios.test_personalities import deployed, run_to_its_end
from tests.scenarios.test_restless_org import wrong_records
from tests.worker_clock import put_worker_clock

WRITES = ("POST", "PUT", "DELETE")
NOTHING: dict[str, dict[str, int]] = {"accounts": {}, "contacts": {}, "leads": {}, "opportunities": {}}
PIPELINE = {"bulk_above": "10", "on_delete": "keep"}


def test_nothing_is_found_after_a_run(runner: Runner) -> None:
    """Not one request is sent that changes anything, and no watermark moves."""
    runner.run()
    before, marks = _writes(runner), runner.ledger.overview.all_watermarks()
    reports = reconcile(runner)
    assert counts_of(reports) == NOTHING
    assert all(report.counts["right"] == report.salesforce for report in reports.values())
    assert (_writes(runner), runner.ledger.overview.all_watermarks()) == (before, marks)
    assert not [path for path in runner.store.list_files("default") if "reconcile" in path]


@pytest.mark.parametrize(("policy", "there", "after"), [("keep", True, "kept"), ("delete", False, None)])
def test_hard_deletes_are_found_and_handled_by_policy(
    runner: Runner, sandbox: Sandbox, policy: str, there: bool, after: str | None
) -> None:
    """No window ever shows a record that went past the bin."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f"on_delete: {policy}")
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    found = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": found})["contacts"], found.samples["extra"]) == ({"extra": 1}, [contact])
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None
    repaired = reconcile(runner, "contacts", repair=True)["contacts"]
    assert repaired.repaired == {"kept" if there else "removed": 1}
    assert (sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None) == there
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == ({} if after is None else {after: 1})


def test_more_removals_than_allowed_need_somebodys_word(runner: Runner, sandbox: Sandbox) -> None:
    """As in any run; without it nothing is repaired."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete\nmax_removals: 2")
    runner.run()
    gone = _own(runner, "contacts", sandbox, "Contact")[:3]
    for contact in gone:
        sandbox.salesforce.records.hard_delete("Contact", contact)
    declined = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (declined.state, declined.repaired) == ("declined", {})
    assert {f"sf_contact_{id_}" for id_ in gone} <= loaded_names(sandbox, "Contact")
    assert reconcile(runner, "contacts", repair=True, agree=True)["contacts"].repaired == {"removed": 3}


def test_a_record_that_no_window_showed_is_missing(runner: Runner, sandbox: Sandbox) -> None:
    """It was committed later than any overlap reaches back."""
    runner.run()
    late = datetime.now(UTC) - timedelta(days=2)
    contact = sandbox.salesforce.records.create("Contact", {"LastName": "Opožděná"}, at=late)
    runner.run()
    assert counts_of(reconcile(runner))["contacts"] == {"missing": 1}
    assert reconcile(runner, repair=True)["contacts"].repaired == {"created": 1}
    assert _held(sandbox, contact).values["lastname"] == "Opožděná"
    assert counts_of(reconcile(runner)) == NOTHING


def test_what_windows_bring_anyway_is_no_finding(runner: Runner, sandbox: Sandbox) -> None:
    """Changed since the last run: the next one has it, and a repair leaves it to that."""
    runner.run()
    first, second = _own(runner, "contacts", sandbox, "Contact")[:2]
    set_clock(runner, sandbox, 20.0)
    sandbox.salesforce.records.update("Contact", first, {"LastName": "Nová"})
    sandbox.salesforce.records.delete("Contact", second)
    sandbox.salesforce.records.create("Contact", {"LastName": "Další"})
    set_clock(runner, sandbox, 40.0)
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"pending": 3}
    assert _held(sandbox, first).values["lastname"] != "Nová"
    runner.run()
    assert _held(sandbox, first).values["lastname"] == "Nová"


def test_edits_in_daktela_are_found_and_put_right(runner: Runner, sandbox: Sandbox) -> None:
    """Those of mapped fields; other fields belong to whoever edits them."""
    runner.run()
    contact, other = _own(runner, "contacts", sandbox, "Contact")[:2]
    right = _held(sandbox, contact)
    sandbox.daktela.edit("contacts", right.name, {"lastname": "Přepsaná"}, {"number": ["+420999888777"]})
    sandbox.daktela.edit("contacts", f"sf_contact_{other}", {}, {"note": ["volat dopoledne"]})
    found = reconcile(runner)
    assert counts_of(found) == {**NOTHING, "contacts": {"different": 1}}
    assert found["contacts"].samples["different"] == [contact]
    assert "Přepsaná" not in str(found["contacts"].to_dict())
    assert reconcile(runner, repair=True)["contacts"].repaired == {"updated": 1}
    mended = _held(sandbox, contact)
    assert (mended.values["lastname"], mended.custom["number"]) == (right.values["lastname"], right.custom["number"])
    assert _held(sandbox, other).custom["note"] == ["volat dopoledne"]


def test_a_change_without_a_stamp_is_found(runner: Runner, sandbox: Sandbox) -> None:
    """Whatever moved no stamp is newer than what was written all the same."""
    runner.run()
    (account, *_) = _own(runner, "accounts", sandbox, "Account")
    sandbox.salesforce.records.update("Account", account, {"Name": "Potichu s.r.o."}, silent=True)
    assert counts_of(reconcile(runner))["accounts"] == {"different": 1}
    assert reconcile(runner, repair=True)["accounts"].repaired == {"updated": 1}
    held = sandbox.daktela.get("accounts", f"sf_account_{account}")
    assert held is not None
    assert held.values["title"] == "Potichu s.r.o."


def test_what_was_erased_in_daktela_is_gone_and_stays_away(runner: Runner, sandbox: Sandbox) -> None:
    """It is not missing; the ledger learns of it, so that later changes send nothing."""
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    found = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": found})["contacts"], found.found) == ({"gone": 1}, 0)
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"noted as gone": 1}
    assert runner.ledger.records.read("default", "contacts", [contact])[contact].state is RecordState.GONE
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"gone": 1}


def test_what_was_erased_in_daktela_comes_back_where_the_mapping_says_so(runner: Runner, sandbox: Sandbox) -> None:
    """Without waiting for its next change."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_gone: recreate")
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    wanted = _held(sandbox, contact).values["lastname"]
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {"missing": 1}
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"created": 1}
    assert _held(sandbox, contact).values["lastname"] == wanted
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {}


def test_a_listing_that_is_suddenly_empty_needs_somebodys_word(runner: Runner, sandbox: Sandbox) -> None:
    """A right taken away, which Daktela does not show, looks as if everything had been deleted."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "max_removals: 5")
    runner.run()
    sandbox.daktela.switch(accounts_right="none", without_right="empty", role_shown="hidden")
    asked: list[Comparison] = []

    def declines(found: Comparison) -> bool:
        asked.append(found)
        return False

    (report,) = local_reconcile(runner, "accounts", repair=True, agrees=declines).reconcile()
    assert report.state == "declined"
    assert asked[0].reasons == (
        "30 records are not in Daktela and would be taken for deleted there, max_removals allows 5",
    )
    sandbox.daktela.switch(accounts_right="full")
    assert counts_of(reconcile(runner, "accounts"))["accounts"] == {}


def test_records_named_like_ours_that_we_never_wrote_are_told_and_left_alone(runner: Runner, sandbox: Sandbox) -> None:
    """Nothing proves that they are ours, so no policy touches them."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete")
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    model = _held(sandbox, contact).model
    stranger = f"sf_contact_{contact[:9]}ZZZZZZ"
    for name in (f"{stranger}AAA", "sf_contact_Jan-Novak"):
        sandbox.daktela.store.insert(model, {**_held(sandbox, contact).values, "name": name})
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert counts_of({"contacts": report})["contacts"] == {"unclaimed": 1}
    assert "Novak" not in str(report.to_dict())
    assert sandbox.daktela.get("contacts", f"{stranger}AAA") is not None


def test_a_lost_ledger_is_rebuilt_without_a_write(runner: Runner, sandbox: Sandbox, tmp_path: Path) -> None:
    """Records right under our own names are known again; only the adopted ones have to be matched anew."""
    rewrite(runner.folder / "contacts.yaml", "match: [customFields.email]\n", "")
    runner.run()
    rejected = {name: len(runner.ledger.rejects.read("default", name)) for name in NOTHING}
    _lose_ledger(runner, tmp_path)
    before = _writes(runner)
    found = counts_of(reconcile(runner))
    assert {name: kinds.get("unremembered") for name, kinds in found.items()} == {
        name: len(loaded_names(sandbox, sobject)) for name, sobject in SOBJECTS.items()
    }
    assert [kinds.get("parked", 0) for kinds in found.values()] == [0, 0, 0, 0]
    reconcile(runner, repair=True)
    assert _writes(runner) == before
    assert counts_of(reconcile(runner)) == {
        name: {"rejected": count} if count else {} for name, count in rejected.items()
    }
    for outcomes in counts(runner.run()).values():
        assert set(outcomes) <= {"unchanged", "rejected", "kept"}


def test_a_lost_ledger_with_edits_in_between(runner: Runner, sandbox: Sandbox, tmp_path: Path) -> None:
    """What differs is written, once."""
    rewrite(runner.folder / "contacts.yaml", "match: [customFields.email]\n", "")
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    _lose_ledger(runner, tmp_path)
    sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Jinak"})
    before = _writes(runner)
    reports = reconcile(runner, repair=True)
    assert counts_of(reports)["contacts"]["different"] == 1
    assert _writes(runner) == {**before, "PUT": before["PUT"] + 1}


def test_entries_with_neither_side_are_forgotten(runner: Runner, sandbox: Sandbox) -> None:
    """Deleted for good in Salesforce, erased in Daktela: nobody needs the ledger's word any more."""
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {"left_over": 1}
    assert reconcile(runner, "contacts", repair=True)["contacts"].repaired == {"cleaned": 1}
    assert runner.ledger.records.read("default", "contacts", [contact]) == {}
    assert counts_of(reconcile(runner, "contacts"))["contacts"] == {}


def test_an_entry_stays_while_an_older_extract_could_still_be_loaded(runner: Runner, sandbox: Sandbox) -> None:
    """Without the entry it would create the record again."""
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    spec = runner.spec
    facts = preflight(spec, request, runner.salesforce, runner.daktela, database=None)
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "early")
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (report.counts["left_over"], report.repaired) == (1, {})
    runner.load(spec, spec.mapping("contacts"), facts, early, "early")
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None


def test_a_worker_whose_clock_is_ahead_forgets_nothing_early(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How old the parts of other runs are is told by Salesforce's clock, by which they are dated."""
    rewrite(runner.folder / "sync.yaml", "timezone:", "retain: 2d\ntimezone:")
    runner.run()
    contact = _own(runner, "contacts", sandbox, "Contact")[0]
    sandbox.salesforce.records.hard_delete("Contact", contact)
    sandbox.daktela.erase("contacts", f"sf_contact_{contact}")
    put_worker_clock(monkeypatch, timedelta(days=3))
    report = reconcile(runner, "contacts", repair=True)["contacts"]
    assert (report.counts["left_over"], report.repaired) == (1, {})
    assert contact in runner.ledger.records.read("default", "contacts", [contact])


def test_rejects_are_told_as_such_and_go_with_their_records(runner: Runner, sandbox: Sandbox) -> None:
    """A rejected record is not missing; once it is gone, its reject is left over."""
    late = datetime.now(UTC) - timedelta(minutes=1)
    row = {"LastName": "Bez adresy", "Company": "Firma", "Email": "nobody at all", "IsConverted": False}
    rewrite(runner.folder / "leads.yaml", "reject_above: 1%", "reject_above: 100%")
    lead = sandbox.salesforce.records.create("Lead", row, at=late)
    runner.run()
    rejected = len(runner.ledger.rejects.read("default", "leads"))
    assert counts_of(reconcile(runner, "leads", repair=True))["leads"] == {"rejected": rejected}
    sandbox.salesforce.records.hard_delete("Lead", lead)
    found = counts_of(reconcile(runner, "leads", repair=True))["leads"]
    assert found == {key: n for key, n in {"rejected": rejected - 1, "left_over": 1}.items() if n}
    assert lead not in [reject.id for reject in runner.ledger.rejects.read("default", "leads")]


def test_a_parked_child_is_told_as_such(runner: Runner) -> None:
    """It waits for its parent, and is not missing."""
    runner.run(RunRequest(mappings=("contacts",)))
    parked = len({child.id for child in runner.ledger.parking.read("default", "contacts")})
    assert parked
    assert counts_of(reconcile(runner, "contacts", repair=True))["contacts"] == {"parked": parked}


def test_a_record_that_left_the_filter_long_ago_is_extra(runner: Runner, sandbox: Sandbox) -> None:
    """Without a stamp no window shows it; `on_filter_exit` says what happens."""
    rewrite(runner.folder / "leads.yaml", "on_delete: keep", "on_delete: keep\non_filter_exit: delete")
    runner.run()
    lead = alive(sandbox, "Lead")[0]["Id"]
    sandbox.salesforce.records.update("Lead", lead, {"IsConverted": True}, silent=True)
    assert counts_of(reconcile(runner, "leads"))["leads"] == {"extra": 1}
    assert reconcile(runner, "leads", repair=True)["leads"].repaired == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_lead_{lead}") is None


PERSONALITIES = [
    pytest.param({"data_shape": "map", "total": "absent", "empty_map": "list"}, id="maps without totals"),
    pytest.param({"selected_reference": "object", "selected_path": "flat", "unset_custom_field": "null"}, id="shapes"),
    pytest.param({"custom_field_shape": "scalar", "comparison": "exact", "total": "null"}, id="scalars"),
    pytest.param({"title_rewritten": True, "post_existing": "doubles"}, id="titles made of names"),
    pytest.param({"text_stored": "collapsed", "phones_stripped": True, "plus_stored_as_zeros": True}, id="rewriting"),
    pytest.param({"put_mode": "replacing", "several_on_single": "first", "lists_sorted": True}, id="replacing"),
    pytest.param({"crm_databases_endpoint": "missing", "crm_records_types_endpoint": "forbidden"}, id="older"),
    pytest.param({"longest_url": 2000, "suffix": "required"}, id="short addresses"),
]


@pytest.mark.parametrize("switches", PERSONALITIES)
def test_whatever_daktela_does_to_values_is_no_finding_and_an_edit_is(
    switches: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every shape of replies and with every way of storing; after the repair there is quiet."""
    with start_sandbox(tmp_path / "sandbox", size=40, profile=Profile(daktela=switches)) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        runner.run()
        calm = counts_of(reconcile(runner))
        assert {kind for kinds in calm.values() for kind in kinds} <= {"rejected"}
        contact = _own(runner, "contacts", sandbox, "Contact")[0]
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"firstname": "Někdo", "lastname": "Jiný"})
        assert counts_of(reconcile(runner, "contacts"))["contacts"]["different"] == 1
        reconcile(runner, "contacts", repair=True)
        assert counts_of(reconcile(runner)) == calm


def test_small_pages_and_faults_on_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that fails is asked for again; it is no absence. A task that gives up is tried again, as Airflow would."""
    profile = Profile(
        salesforce={"page_rows": 5, "uneven_pages": True, "bulk_page_rows": 4},
        daktela={"server_error": 0.05, "truncated": 0.05, "reset_before": 0.05},
    )
    with start_sandbox(tmp_path / "sandbox", size=40, profile=profile) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        run_to_its_end(runner)
        again = Retrying(retry=retry_if_exception_type(TransportError), stop=stop_after_attempt(20), reraise=True)
        found = counts_of(again(reconcile, runner))
        assert {kind for kinds in found.values() for kind in kinds} <= {"rejected"}


@pytest.mark.parametrize("seed", [1, 2])
def test_users_at_work_while_both_sides_are_read(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while it is compared is at most pending, and never taken away, made or changed by a repair."""
    with start_sandbox(tmp_path / "sandbox", size=40, seed=seed) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, {"bulk_above": "6", "on_delete": "delete"})
        runner.run()
        set_clock(runner, sandbox, 5.0)
        sandbox.salesforce.switch(
            activity_calls=2, activity_acts=["create", "update", "delete", "undelete", "merge"], activity_seed=seed
        )
        before = _writes(runner)
        found = counts_of(reconcile(runner, repair=True))
        assert {kind for kinds in found.values() for kind in kinds} <= {"pending", "rejected", "parked"}
        assert _writes(runner) == before
        sandbox.salesforce.switch(activity_calls=0)
        set_clock(runner, sandbox, 15.0)
        runner.run()
        assert wrong_records(runner, sandbox) == []


def test_a_field_that_is_left_out_is_not_compared(runner: Runner, sandbox: Sandbox) -> None:
    """What vanished from Salesforce stays as it is in Daktela, and is no difference."""
    runner.run()
    sandbox.salesforce.switch(hidden_fields=["Contact.Title"])
    runner.salesforce.described.clear()
    report = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": report})["contacts"], report.left_out) == ({}, ("description",))


def test_a_budget_stops_the_comparison_before_anything_is_said(runner: Runner, sandbox: Sandbox) -> None:
    """Half a side is no side, and the next comparison would stop there again."""
    runner.run()
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", "lag: 0s, budget_api_calls: 24}")
    sandbox.salesforce.switch(page_rows=2)
    with pytest.raises(ConfigurationError, match="budget_api_calls: 24 is too small: reading accounts needs more"):
        reconcile(runner)


SOBJECTS = {"accounts": "Account", "contacts": "Contact", "leads": "Lead", "opportunities": "Opportunity"}


def _writes(runner: Runner) -> dict[str, int]:
    return {verb: runner.daktela.calls[verb] for verb in WRITES}


def _own(runner: Runner, mapping: str, sandbox: Sandbox, sobject: str) -> list[str]:
    """Ids of records that are live under our own name."""
    entries = runner.ledger.records.read("default", mapping, [row["Id"] for row in alive(sandbox, sobject)])
    return sorted(id_ for id_, entry in entries.items() if not entry.adopted and entry.state is RecordState.LIVE)


def _held(sandbox: Sandbox, contact: str) -> Record:
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    return held


def _lose_ledger(runner: Runner, home: Path) -> None:
    runner.ledger.close()
    runner.ledger = Ledger.open(f"sqlite:///{home / 'new-ledger.db'}")
    runner.ledger.upgrade()
