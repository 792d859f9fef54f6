"""Whole runs of the shipped mappings: every record once, with the right values and one outcome."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.steps.load.pieces import ROWS
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.oracle import OBJECTS, alive, expected_names, expected_title, loaded_names
from tests.scenarios.scenario_runner import Runner, counts, rewrite

MAPPINGS = {"Account": "accounts", "Contact": "contacts", "Lead": "leads", "Opportunity": "opportunities"}
MODELS = ("contacts", "accounts", "crmRecords")


def test_the_first_run_brings_every_record(runner: Runner, sandbox: Sandbox) -> None:
    """Names on both sides agree, but for what was adopted under its own name or rejected with a reason."""
    reports = runner.run()
    for sobject, (_, prefix) in OBJECTS.items():
        mapping = MAPPINGS[sobject]
        adopted = {
            f"{prefix}{id_}"
            for id_ in (row["Id"] for row in alive(sandbox, sobject))
            if (entry := runner.ledger.records.read("default", mapping, [id_]).get(id_)) is not None and entry.adopted
        }
        rejected = {f"{prefix}{reject.id}" for reject in runner.ledger.rejects.read("default", mapping)}
        assert loaded_names(sandbox, sobject) == expected_names(sandbox, sobject) - adopted - rejected
        assert sum(reports[mapping].outcomes.values()) == len(alive(sandbox, sobject))


def test_titles_are_what_salesforce_holds(runner: Runner, sandbox: Sandbox) -> None:
    """Worked out apart from the mapping engine, diacritics and stray blanks included."""
    runner.run()
    held = {record.name: record for record in sandbox.daktela.records("contacts")}
    rows = {f"sf_contact_{row['Id']}": row for row in alive(sandbox, "Contact")}
    both = held.keys() & rows.keys()
    assert len(both) > 40
    titles = {name: held[name].values["title"] for name in both}
    assert titles == {name: expected_title(rows[name])[:255] for name in both}


@pytest.mark.parametrize("piece_rows", [ROWS, 3])
def test_the_same_window_again_writes_nothing(runner: Runner, piece_rows: int) -> None:
    """Idempotent: a full run over unchanged records makes no POST and no PUT, however many are decided at a time."""
    runner.piece_rows = piece_rows
    runner.run()
    before = dict(runner.daktela.calls)
    reports = runner.run(RunRequest(mode=Mode.FULL))
    assert {verb: runner.daktela.calls[verb] for verb in ("POST", "PUT", "DELETE")} == {
        verb: before.get(verb, 0) for verb in ("POST", "PUT", "DELETE")
    }
    written = {"created", "updated", "adopted"}
    assert not any(written & set(report.outcomes) for report in reports.values())


def test_a_changed_mapping_is_applied_to_every_record(runner: Runner, sandbox: Sandbox) -> None:
    """A new line in a mapping file is in Daktela after the next scheduled run, also for records nobody touched."""
    runner.run()
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "  customFields.note: AccountNumber\non_delete: keep")
    reports = runner.run()
    assert reports["accounts"].extracted >= len(alive(sandbox, "Account"))
    assert reports["accounts"].outcomes["updated"] > 0
    assert reports["contacts"].extracted == 0


def test_an_incremental_run_writes_what_changed(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """One changed record, one PUT; the new value is there."""
    runner.run()
    contact = _unadopted(runner, sandbox)
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Přejmenovaná"}, at=before_now)
    assert counts(runner.run())["contacts"] == {"updated": 1}
    assert _daktela(sandbox, contact).values["lastname"] == "Přejmenovaná"


def test_a_bulk_download_gives_the_same_as_rest(runner: Runner, sandbox: Sandbox) -> None:
    """Whichever API carried a value, Daktela gets the same: a full run by the other API finds nothing changed."""
    runner.run()
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", "lag: 0s, bulk_above: 0, part_rows: 100}")
    sandbox.salesforce.switch(uneven_pages=True, bulk_page_rows=7)
    reports = runner.run(RunRequest(mode=Mode.FULL))
    changed = {name: report.outcomes.get("updated", 0) for name, report in reports.items()}
    assert changed == dict.fromkeys(changed, 0)
    assert reports["contacts"].extracted >= len(alive(sandbox, "Contact"))


@pytest.mark.parametrize(
    "switches",
    [
        {"token_calls": 3},
        {"truncate_next": 2},
        {"reset_download_next": 2},
        {"bulk_refused": ("*",)},
        {"bulk_refusal": "disabled"},
        {"bulk_refusal": "user"},
        {"bulk_refusal": "missing"},
        {"bulk_refusal": "compound"},
        {"bulk_refusal": "operation"},
        {"bulk_count_header": False, "gzip": False},
        {"fail_next": 2, "fail_status": 503},
        {"page_rows": 7, "uneven_pages": True, "bulk_refused": ("*",)},
        {"limits_forbidden": True, "limit_info": "per_app"},
        {"query_timeout_days": 0.0},
        {"query_timeout_days": 0.0, "lookups_indexed": False},
    ],
    ids=lambda switches: "+".join(switches),
)
def test_salesforces_moods_lose_nothing(runner: Runner, sandbox: Sandbox, switches: dict[str, object]) -> None:
    """Dying tokens, cut downloads, refused jobs, outages and slow queries: the end state is the same."""
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", "lag: 0s, bulk_above: 0}")
    sandbox.salesforce.switch(**switches)
    reports = runner.run()
    assert {name: sum(report.outcomes.values()) for name, report in reports.items()} == {
        "accounts": len(alive(sandbox, "Account")),
        "contacts": len(alive(sandbox, "Contact")),
        "leads": len(alive(sandbox, "Lead")),
        "opportunities": len(alive(sandbox, "Opportunity")),
    }


@pytest.mark.parametrize(
    "switches",
    [
        {"validation_status": 422},
        {"data_shape": "map", "total": "absent"},
        {"total": "string", "empty_map": "list", "no_error": "absent"},
        {"put_mode": "replacing"},
        {"title_rewritten": True, "text_stored": "collapsed", "phones_stripped": True},
        {"unknown_custom_field": "refused", "several_on_single": "refused"},
        {"crm_databases_endpoint": "forbidden", "crm_records_types_endpoint": "missing"},
        {"form_crm_fields_endpoint": "missing", "envelope_zone": False},
        {"comparison": "exact", "post_existing": "doubles"},
        {"reset_after": 0.2},
        {"reset_before": 0.1, "server_error": 0.1},
        {"without_result": 0.1, "faults_on": "writes"},
        {"too_many": 0.2, "retry_after": "date"},
        {"server_error_after": 0.2},
    ],
    ids=lambda switches: "+".join(switches),
)
def test_daktelas_moods_neither_lose_nor_double(runner: Runner, sandbox: Sandbox, switches: dict[str, object]) -> None:
    """Whatever Daktela answers, a run and its retries end with each record once, and a quiet run changes nothing."""
    sandbox.daktela.switch(**switches)
    _with_retries(runner)
    sandbox.daktela.switch(reset_after=0.0, reset_before=0.0, server_error=0.0, without_result=0.0)
    sandbox.daktela.switch(too_many=0.0, server_error_after=0.0)
    runner.run(RunRequest(mode=Mode.FULL))
    for sobject in ("Account", "Opportunity"):
        assert loaded_names(sandbox, sobject) == expected_names(sandbox, sobject)
    names = [record.name for model in MODELS for record in sandbox.daktela.records(model)]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith(("contact_", "account_")) and "sf_" in name]


def test_a_run_of_named_records_leaves_the_watermark(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Mode records reads the named Ids and nothing else."""
    runner.run()
    contact = _unadopted(runner, sandbox)
    watermark = runner.ledger.watermarks.read("default", "contacts")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Jmenovaná"}, at=before_now)
    reports = runner.run(RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",)))
    assert counts(reports) == {"contacts": {"updated": 1}}
    assert runner.ledger.watermarks.read("default", "contacts") == watermark


def test_a_window_run_leaves_the_watermark(runner: Runner, sandbox: Sandbox) -> None:
    """A backfill of last year brings what changed then, and the schedule goes on where it was."""
    now = datetime.now(UTC)
    reports = runner.run(RunRequest(mode=Mode.WINDOW, since=now - timedelta(days=3650), until=now))
    assert reports["accounts"].outcomes == {"created": len(alive(sandbox, "Account"))}
    assert runner.ledger.watermarks.read("default", "accounts") is None


def test_a_report_tells_lag_and_remaining_calls(runner: Runner) -> None:
    """In the summary's line and in the report of the asset event."""
    report = runner.run()["contacts"]
    told = report.to_dict()
    assert 0 <= told["lag_seconds"] < 3600
    assert 0 < told["calls_left"] < told["calls_allowed"] == 100_000
    assert f"{told['calls_left']:,} of 100,000 Salesforce calls left" in report.summary()
    assert " old; " in report.summary()


def test_a_report_tells_what_the_run_asked_of_daktela_and_where_it_began(runner: Runner) -> None:
    """The ledger keeps the same dict; each record that was written took a request at least."""
    first, second = (runner.run(RunRequest(mode=Mode.FULL))["contacts"].to_dict() for _ in range(2))
    assert first["daktela"]["calls"] >= sum(first["outcomes"].get(each, 0) for each in ("created", "updated"))
    assert (first["watermark_before"], second["watermark_before"]) == (None, first["watermark"])
    assert second["plan"]["daktela_calls"] == 0
    assert runner.ledger.reports.of_mapping("default", first["run_id"], "contacts") == first


def _with_retries(runner: Runner, tries: int = 30) -> None:
    """Run until a run is carried to its end, as Airflow's retries would."""
    for _ in range(tries):
        with contextlib.suppress(TransportError):
            runner.run()
            return
    raise AssertionError("the run never came to its end")


def _unadopted(runner: Runner, sandbox: Sandbox) -> str:
    """The Id of a loaded contact that is under its own name."""
    ids = [row["Id"] for row in alive(sandbox, "Contact")]
    entries = runner.ledger.records.read("default", "contacts", ids)
    return str(next(id_ for id_ in ids if id_ in entries and not entries[id_].adopted))


def _daktela(sandbox: Sandbox, contact: str) -> Record:
    record = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert record is not None
    return record
