"""Hours that come twice or not at all, days that come every four years, and commits that come late."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.request import Mode, RunRequest, parse_request
from sandbox.testing import Sandbox
from tests.mapping.conftest import MapField
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock
from tests.scenarios.test_user_activity import wrong_records
from tests.worker_clock import put_worker_clock

WHEN = {"kinds": {"When__c": FieldKind.DATETIME}}


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-03-29T00:59:59+00:00", "2026-03-29 01:59:59"),
        ("2026-03-29T01:00:00+00:00", "2026-03-29 03:00:00"),
        ("2026-10-25T00:30:00+00:00", "2026-10-25 02:30:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25 02:30:00"),
        ("2026-10-25T02:00:00+00:00", "2026-10-25 03:00:00"),
        ("2028-02-28T23:30:00+00:00", "2028-02-29 00:30:00"),
        ("2028-02-29T23:00:00+00:00", "2028-03-01 00:00:00"),
    ],
    ids=["before spring", "spring", "autumn, first", "autumn, second", "after autumn", "into leap day", "out of it"],
)
def test_a_moment_is_told_by_the_servers_clock(map_field: MapField, moment: str, shown: str) -> None:
    """Daktela's stamps carry no offset: of the doubled hour both halves read alike, and neither is moved."""
    assert map_field("When__c", {"When__c": datetime.fromisoformat(moment)}, **WHEN) == [shown]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-29 02:30:00", "2026-03-29 03:30:00"),
        ("2026-10-25 02:30:00", "2026-10-25 02:30:00"),
        ("2028-02-29 12:00:00", "2028-02-29 12:00:00"),
        ("2026-02-29 12:00:00", ["datetime_invalid"]),
        ("2026-11-31 12:00:00", ["datetime_invalid"]),
    ],
    ids=["the missing hour", "the doubled hour", "leap day", "no leap day", "no such day"],
)
def test_a_local_text_is_a_moment_or_refused(map_field: MapField, text: str, shown: Any) -> None:
    """An hour that never was is the one an hour later; a day that never was is nobody's."""
    found = map_field("{from: A, transforms: [datetime]}", {"A": text})
    assert found == (shown if isinstance(shown, list) else [shown])


def test_a_commit_within_the_overlap_is_found_and_a_later_one_by_reading_everything(
    runner: Runner, sandbox: Sandbox
) -> None:
    """The limit: what commits later than the overlap allows waits for a full run, or for the next reread."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nreread: never")
    runner.run()
    now, records = datetime.now(UTC), sandbox.salesforce.records
    inside = records.create("Contact", {"LastName": "Uvnitř"}, at=now - timedelta(minutes=8))
    beyond = records.create("Contact", {"LastName": "Venku"}, at=now - timedelta(minutes=30))
    runner.run(RunRequest(mappings=("contacts",)))
    assert sandbox.daktela.get("contacts", f"sf_contact_{inside}") is not None
    assert sandbox.daktela.get("contacts", f"sf_contact_{beyond}") is None
    runner.run(RunRequest(mode=Mode.FULL, mappings=("contacts",)))
    assert sandbox.daktela.get("contacts", f"sf_contact_{beyond}") is not None


STAMPS = {
    "before spring": "2025-03-30T01:59:59+01:00",
    "spring": "2025-03-30T03:00:00+02:00",
    "within spring": "2025-03-30T03:15:00+02:00",
    "after spring": "2025-03-30T03:30:00+02:00",
    "autumn, first": "2025-10-26T02:30:00+02:00",
    "autumn, first end": "2025-10-26T02:59:59+02:00",
    "autumn, second": "2025-10-26T02:30:00+01:00",
    "after autumn": "2025-10-26T03:00:00+01:00",
    "leap day": "2024-02-29T00:00:00+01:00",
    "after leap day": "2024-03-01T00:00:00+01:00",
}
EDGES = {
    "the skipped hour": [
        "2025-03-30T01:30:00+01:00", "2025-03-30T02:00:00+01:00", "2025-03-30T02:15:00+01:00",
        "2025-03-30T03:30:00+02:00", "2025-03-30T04:00:00+02:00",
    ],
    "the doubled hour": [
        "2025-10-26T02:00:00+02:00", "2025-10-26T02:30:00+02:00", "2025-10-26T02:00:00+01:00",
        "2025-10-26T02:30:00+01:00", "2025-10-26T03:30:00+01:00",
    ],
    "leap day": [
        "2024-02-28T12:00:00+01:00", "2024-02-29T00:00:00+01:00", "2024-03-01T00:00:00+01:00",
        "2024-03-02T00:00:00+01:00",
    ],
}  # fmt: skip
"""By the offset that is on the clock; 02:15+01:00 in spring is an hour that no clock in Prague ever showed."""


@pytest.mark.parametrize("edges", EDGES.values(), ids=EDGES)
def test_windows_with_local_edges_load_each_record_once(runner: Runner, sandbox: Sandbox, edges: list[str]) -> None:
    """Given to the trigger form with an offset, one after the other: created by one window, read by no other."""
    born = {name: datetime.fromisoformat(text) for name, text in STAMPS.items()}
    records = sandbox.salesforce.records
    ids = {records.create("Account", {"Name": name}, at=at): name for name, at in born.items()}
    first, last = datetime.fromisoformat(edges[0]), datetime.fromisoformat(edges[-1])
    extracted, created = 0, 0
    for since, until in pairwise(edges):
        asked = {"mode": "window", "since": since, "until": until, "mappings": ["accounts"]}
        report = runner.run(parse_request(asked, known_mappings=("accounts",)))["accounts"]
        extracted, created = extracted + report.extracted, created + report.outcomes.get("created", 0)
    loaded = {name for id_, name in ids.items() if sandbox.daktela.get("accounts", f"sf_account_{id_}") is not None}
    expected = {name for name, at in born.items() if first <= at < last}
    assert loaded == expected
    assert extracted == created >= len(expected) > 0
    assert runner.ledger.watermarks.read("default", "accounts") is None


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("salesforces", "daktelas"),
    [
        pytest.param(-HOUR, DAY, id="behind, a day ahead", marks=pytest.mark.heavy),
        pytest.param(HOUR, -HOUR, id="ahead, an hour behind"),
        pytest.param(-HOUR, -DAY, id="behind, a day behind", marks=pytest.mark.heavy),
        pytest.param(-HOUR, -HOUR, id="both an hour behind", marks=pytest.mark.heavy),
        pytest.param(HOUR, HOUR, id="both an hour ahead", marks=pytest.mark.heavy),
        pytest.param(HOUR, DAY, id="ahead, a day ahead", marks=pytest.mark.heavy),
    ],
)
def test_clocks_that_disagree_lose_and_double_nothing(
    runner: Runner, sandbox: Sandbox, salesforces: timedelta, daktelas: timedelta
) -> None:
    """Every edit is loaded, every deletion seen, and what did not change is not written again."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete")
    sandbox.daktela.clock = lambda: datetime.now(UTC) + daktelas
    set_clock(runner, sandbox, salesforces.total_seconds())
    records = sandbox.salesforce.records
    runner.run()
    born = records.create("Contact", {"LastName": "Nová"})
    set_clock(runner, sandbox, salesforces.total_seconds() + 60)
    runner.run()
    assert sandbox.daktela.get("contacts", f"sf_contact_{born}") is not None
    records.update("Contact", born, {"LastName": "Novější"})
    set_clock(runner, sandbox, salesforces.total_seconds() + 120)
    assert runner.run()["contacts"].outcomes["updated"] == 1
    held = sandbox.daktela.get("contacts", f"sf_contact_{born}")
    assert held is not None
    assert held.values["lastname"] == "Novější"
    records.delete("Contact", born)
    set_clock(runner, sandbox, salesforces.total_seconds() + 180)
    assert runner.run()["contacts"].outcomes["removed"] == 1
    assert sandbox.daktela.get("contacts", f"sf_contact_{born}") is None
    runner.run(RunRequest(mode=Mode.FULL))
    assert wrong_records(runner, sandbox) == []
    names = [each.name for model in ("accounts", "contacts", "crmRecords") for each in sandbox.daktela.records(model)]
    assert len(names) == len(set(names))
    written = Counter(runner.daktela.calls)
    runner.run(RunRequest(mode=Mode.FULL))
    assert {verb: runner.daktela.calls[verb] - written[verb] for verb in ("POST", "DELETE")} == {"POST": 0, "DELETE": 0}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(HOUR, -HOUR, id="ahead first"),
        pytest.param(-HOUR, HOUR, id="behind first", marks=pytest.mark.heavy),
        pytest.param(DAY, -DAY, id="by days", marks=pytest.mark.heavy),
    ],
)
def test_workers_whose_clocks_disagree_write_no_older_over_newer(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, first: timedelta, second: timedelta
) -> None:
    """One reads and is late; the other reads a newer state and writes it; the first loads what it had read."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: keep\nreread: never")
    put_worker_clock(monkeypatch, first)
    records, moment = sandbox.salesforce.records, datetime.now(UTC) - timedelta(minutes=1)
    contact = records.create("Contact", {"LastName": "První"}, at=moment - timedelta(minutes=1))
    runner.run()
    records.update("Contact", contact, {"LastName": "Starší"}, at=moment)
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    spec = runner.spec
    facts = RunFacts.from_dict(preflight(spec, request, runner.salesforce, runner.daktela, database=None).to_dict())
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "late")
    put_worker_clock(monkeypatch, second)
    records.update("Contact", contact, {"LastName": "Novější"})
    assert runner.run(request)["contacts"].outcomes == {"updated": 1}
    put_worker_clock(monkeypatch, first)
    runner.load(spec, spec.mapping("contacts"), facts, early, "late")
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    assert held.values["lastname"] == "Novější"
    set_clock(runner, sandbox, 60.0)
    put_worker_clock(monkeypatch, second)
    runner.run()
    assert wrong_records(runner, sandbox) == []
