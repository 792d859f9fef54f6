"""Hours that come twice or not at all, days that come every four years, and commits that come late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.mapping.conftest import MapField
from tests.scenarios.scenario_runner import Runner, rewrite

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
