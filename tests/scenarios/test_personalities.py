"""The whole pipeline under every pair of personalities: a first run, a busy day in Salesforce, and the end state."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import FAST, PROJECT, deploy
from tests.scenarios.covering_set import covering_set
from tests.scenarios.expected import expected_state, held_fields
from tests.scenarios.oracle import OBJECTS, alive
from tests.scenarios.personalities import CALM
from tests.scenarios.scenario_runner import Runner, counts, rewrite

ROWS = covering_set()
CONTACTS = 14
MAPPINGS = {"Account": "accounts", "Contact": "contacts", "Lead": "leads", "Opportunity": "opportunities"}
PREFIXES = tuple(prefix for _, prefix in OBJECTS.values())


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_every_pair_of_personalities_ends_in_the_same_state(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record once, right and accounted for; what is foreign is as it was; a quiet run writes nothing."""
    row = ROWS[number]
    print(f"replay with this as a profile: {json.dumps({side: row[side] for side in ('salesforce', 'daktela')})}")
    print(f"and in the mappings: {row['pipeline']}")
    profile = Profile(salesforce=_lists(row["salesforce"]), daktela=row["daktela"])
    with start_sandbox(tmp_path / "sandbox", size=CONTACTS, seed=number + 1, profile=profile) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, row["pipeline"])
        foreign = _foreign(sandbox)
        run_to_its_end(runner)
        erased = _busy_day(sandbox)
        run_to_its_end(runner)
        sandbox.daktela.switch(**CALM)
        _undelete(sandbox)
        run_to_its_end(runner)
        _run_past(runner, _newest(sandbox))
        _check(runner, sandbox, row, erased)
        assert _foreign(sandbox).keys() == foreign.keys()
        _check_quiet(runner)


def deployed(home: Path, sandbox: Sandbox, pipeline: dict[str, str], limiter: AdaptiveLimiter | None = None) -> Runner:
    """The shipped mappings with this policy, deployed against the sandbox."""
    folder = home / "mappings" / "default"
    shutil.copytree(PROJECT / "include" / "mappings" / "default", folder)
    fast = FAST.replace("lag: 0s}", f"lag: 0s, bulk_above: {pipeline['bulk_above']}}}")
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", fast)
    for name in MAPPINGS.values():
        policy = f"on_delete: {pipeline['on_delete']}"
        marked = '\nmark: {description: "deleted"}' if pipeline["on_delete"] == "mark" else ""
        rewrite(folder / f"{name}.yaml", "on_delete: keep", policy + marked)
        rewrite(folder / f"{name}.yaml", "reject_above: 1%", "reject_above: 100%")
    return deploy(folder, sandbox, home, limiter)


def run_to_its_end(runner: Runner, request: RunRequest | None = None, tries: int = 40) -> None:
    """Run until a run is carried to its end, as Airflow's retries and somebody's clearing would."""
    failures: list[str] = []
    for _ in range(tries):
        try:
            reports = runner.run(request)
        except PipelineError as exc:
            failures.append(str(exc))
            continue
        assert all(sum(report.outcomes.values()) == report.extracted for report in reports.values())
        assert not [report.failure for report in reports.values() if report.failure]
        return
    raise AssertionError(f"no run came to its end: {failures[-1]}")


def _run_past(runner: Runner, newest: datetime) -> None:
    """Run until a full run has read beyond the newest change: windows end at a whole second."""
    while True:
        run_to_its_end(runner, RunRequest(mode=Mode.FULL))
        until = min(str(report.until) for report in runner.reports[-len(MAPPINGS) :])
        if datetime.fromisoformat(until) > newest:
            return


def _newest(sandbox: Sandbox) -> datetime:
    rows = [row for sobject in OBJECTS for row in sandbox.salesforce.records.read(sobject, limit=1000)]
    return max(datetime.fromisoformat(row["SystemModstamp"]) for row in rows)


def _busy_day(sandbox: Sandbox) -> set[str]:
    """Changes of every kind; returns the names that somebody took away in Daktela."""
    records, now = sandbox.salesforce.records, datetime.now(UTC)
    stamp, late = now - timedelta(minutes=1), now - timedelta(minutes=8)
    contacts = [row for row in alive(sandbox, "Contact") if not row["Email"]] or alive(sandbox, "Contact")
    everybody = alive(sandbox, "Contact")
    records.update("Contact", everybody[0]["Id"], {"LastName": "Změněná", "MobilePhone": "602 111 222"}, at=stamp)
    records.update("Contact", everybody[1]["Id"], {"FirstName": None}, at=late)
    records.update("Account", alive(sandbox, "Account")[0]["Id"], {"Name": "Nový název s.r.o."}, at=stamp)
    records.update("Opportunity", alive(sandbox, "Opportunity")[0]["Id"], {"Name": "Velká zakázka"}, at=stamp)
    records.create(
        "Contact", {"LastName": "Nováčková", "FirstName": "Jana", "Email": "jana.nova@vltava.example"}, at=late
    )
    records.delete("Contact", everybody[2]["Id"])
    records.delete("Contact", everybody[3]["Id"])
    records.merge("Contact", everybody[4]["Id"], [everybody[5]["Id"]])
    for lead in alive(sandbox, "Lead")[:1]:
        records.update("Lead", lead["Id"], {"IsConverted": True}, at=stamp)
    gone = next((row for row in contacts if sandbox.daktela.get("contacts", f"sf_contact_{row['Id']}")), None)
    if gone is None:
        return set()
    sandbox.daktela.delete("contacts", f"sf_contact_{gone['Id']}")
    return {gone["Id"]}


def _undelete(sandbox: Sandbox) -> None:
    binned = [row["Id"] for row in sandbox.salesforce.records.read("Contact", limit=1000) if row["IsDeleted"]]
    mergeless = [id_ for id_ in binned if not _row(sandbox, id_)["MasterRecordId"]]
    sandbox.salesforce.records.undelete("Contact", mergeless[0])


def _row(sandbox: Sandbox, contact: str) -> dict[str, Any]:
    (row,) = sandbox.salesforce.records.read("Contact", record=contact)
    return row


def _check(runner: Runner, sandbox: Sandbox, row: dict[str, Any], erased: set[str]) -> None:
    """Daktela holds what Salesforce holds, under its own name or an adopted one."""
    waived = {"title"} if row["daktela"].get("title_rewritten") else set()
    if row["daktela"].get("several_on_single") == "first":
        waived.add("number")
    wrong = []
    names: set[str] = set()
    for (sobject, id_), wanted in expected_state(sandbox).items():
        mapping, (model, prefix) = MAPPINGS[sobject], OBJECTS[sobject]
        entry = runner.ledger.records.read("default", mapping, [id_]).get(id_)
        rejected = {reject.id: reject.code for reject in runner.ledger.rejects.read("default", mapping)}
        name = f"{prefix}{id_}" if entry is None else entry.name
        record = sandbox.daktela.get(model, name)
        if record is None:
            if id_ not in erased and not _may_be_refused(rejected.get(id_), row):
                wrong.append(f"{sobject} {id_} is not in Daktela; rejected: {rejected.get(id_)}")
            continue
        names.add(name)
        held = held_fields(record, wanted)
        differing = {key for key in wanted if held[key] != wanted[key]} - waived
        if differing and id_ not in rejected:
            wrong.append(f"{sobject} {id_} differs in {sorted(differing)}")
    assert not wrong, "\n".join(wrong)
    ours = [
        record.name for model in ("contacts", "accounts", "crmRecords") for record in sandbox.daktela.records(model)
    ]
    assert len(ours) == len(set(ours))
    if row["pipeline"]["on_delete"] == "delete":
        assert {name for name in ours if name.startswith(PREFIXES)} <= names | _adopted_or_kept(runner, ours)


def _may_be_refused(code: str | None, row: dict[str, Any]) -> bool:
    """Two foreign records with one address are no match to guess; a name that was deleted may be refused for ever."""
    return code == "match_ambiguous" or (code is not None and row["daktela"].get("deleted_name") == "refused")


def _adopted_or_kept(runner: Runner, names: list[str]) -> set[str]:
    found: set[str] = set()
    for mapping in MAPPINGS.values():
        entries = runner.ledger.records.by_name("default", mapping, names)
        found |= {name for name, entry in entries.items() if entry.adopted or entry.state.value in ("live", "kept")}
    return found


def _foreign(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    models = ("contacts", "accounts", "crmRecords")
    everything = [record for model in models for record in sandbox.daktela.records(model)]
    return {record.name: dict(record.values) for record in everything if not record.name.startswith(PREFIXES)}


def _check_quiet(runner: Runner) -> None:
    """The same again makes no write, but for what was refused and is tried again."""
    before = dict(runner.daktela.calls)
    reports = runner.run(RunRequest(mode=Mode.FULL))
    refused = sum(report.outcomes.get("rejected", 0) for report in reports.values())
    written = {verb: runner.daktela.calls[verb] - before.get(verb, 0) for verb in ("POST", "PUT", "DELETE")}
    assert sum(written.values()) <= refused, (written, counts(reports))
    assert not {"created", "updated", "adopted"} & {name for report in reports.values() for name in report.outcomes}


def _lists(switches: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in switches.items()}
