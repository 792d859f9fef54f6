"""``sync.yaml``: each setting is held against its type and its bounds, and has a default that is safe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Approvals
from tests.mapping.conftest import SYNC, WriteSync, problems_of


def test_what_is_left_out_is_safe(write_sync: WriteSync) -> None:
    """Nobody is asked, parts go with their run, and both sides are compared once a week."""
    spec = load_sync(write_sync())
    assert (spec.approve, spec.retain, spec.reconcile) == (Approvals(), timedelta(0), "17 3 * * 0")
    mapping = spec.mapping("contacts")
    assert (mapping.max_removals, mapping.on_gone, mapping.reread) == (100, "keep", timedelta(days=1))


def test_comparing_and_reading_again_can_be_switched_off(write_sync: WriteSync) -> None:
    """`never` is a choice of its own, apart from leaving the key out."""
    contacts = (
        'salesforce: Contact\ndaktela: contacts\nkey: "c_{Id}"\nreread: never\nfields: {title: Name, lastname: Name}\n'
    )
    spec = load_sync(write_sync(sync=SYNC + "reconcile: never\n", contacts=contacts))
    assert (spec.reconcile, spec.mapping("contacts").reread) == (None, None)


SYNC_MISTAKES = [
    ("schedule: every day", "schedule: 'every day' is not a valid cron expression"),
    ('schedule: "0 0 31 2 *"', "schedule: '0 0 31 2 *' is not a valid cron expression"),
    ('schedule: "* * * * * *"', "schedule: '* * * * * *' is not a valid cron expression"),
    ("limits: {workers: 0}", "limits.workers: expected a whole number from 1 to 64"),
    ("limits: {workers: true}", "limits.workers: expected a whole number from 1 to 64"),
    ("limits: {overlap: 10}", "limits.overlap: expected a text, found a number"),
    ("limits: {overlap: 10 weeks}", "limits.overlap: '10 weeks' is not a span of time"),
    ("limits: {reserve_api_calls: 20}", None),
    ("limits: {reserve_api_calls: 200%}", "limits.reserve_api_calls: expected a percentage"),
    ("limits: {reserve_api_calls: 0.2}", "limits.reserve_api_calls: expected a percentage"),
    ("limits: [1]", "limits: expected keys one level deeper, found a list"),
    ("limits: {budget_api_calls: 3}", "limits.budget_api_calls: expected a whole number from 10"),
    ("reconcile: sometimes", "reconcile: 'sometimes' is not a valid cron expression"),
    ("reconcile: never", None),
    ("retain: 2 weeks", "retain: '2 weeks' is not a span of time"),
    ("approve: {first_load: 1}", "approve.first_load: expected true or false, found a number"),
    ("approve: {changes_above: 3}", "approve.changes_above: expected a percentage"),
    ("approve: {removal: true}", "approve.removal: unknown key: did you mean removals?"),
    ("database: 5", "database: expected a text, found a number"),
]


@pytest.mark.parametrize(("line", "expected"), SYNC_MISTAKES, ids=[line for line, _ in SYNC_MISTAKES])
def test_refuses_settings_that_make_no_sense(write_sync: WriteSync, line: str, expected: str | None) -> None:
    """Each value of sync.yaml is held against its type and its bounds."""
    folder = write_sync(sync=SYNC.replace("database: sales", line))
    if expected is None:
        load_sync(folder)
    else:
        assert expected in problems_of(folder)[0]
