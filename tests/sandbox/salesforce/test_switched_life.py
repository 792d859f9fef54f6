"""Switches about changes during a reading: late and tied stamps, the bin, users at work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.salesforce.org import Org
from sandbox.salesforce.switches import ACTS, SwitchError
from sandbox.salesforce.user_activity import UserActivity
from tests.sandbox.salesforce.client import Caller

NOW = datetime(2026, 5, 20, 10, 0, 7, 250_000, tzinfo=UTC)
OBJECTS = ("Account", "Contact", "Lead", "Opportunity")


def dated(path: Path, size: int = 1) -> Org:
    """An org whose clock stands still."""
    return Org.create(size=size, path=path / "org.sqlite", clock=lambda: NOW)


def stamp(org: Org, **fields: Any) -> str:
    """Create a lead and return its stamp."""
    record = org.records.create("Lead", {"LastName": "x", "Company": "y", **fields})
    return str(org.records.read("Lead", record=record)[0]["SystemModstamp"])


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        pytest.param({}, "2026-05-20T10:00:07.000Z", id="whole seconds"),
        pytest.param({"late_commit_seconds": 600.0}, "2026-05-20T09:50:07.000Z", id="a transaction that began earlier"),
        pytest.param({"tied_stamps_seconds": 60}, "2026-05-20T10:00:00.000Z", id="ties"),
        pytest.param({"clock_skew_seconds": -3600.0}, "2026-05-20T09:00:07.000Z", id="a clock behind"),
    ],
)
def test_stamps_of_writes_follow_the_switches(tmp_path: Path, switches: dict[str, Any], expected: str) -> None:
    """A write carries the moment its transaction began, on the org's clock, as coarse as the switch says."""
    org = dated(tmp_path)
    org.switch(**switches)
    assert stamp(org) == expected
    org.close()


def test_ties_are_at_least_a_second(tmp_path: Path) -> None:
    """Stamps have no fractions, so none can be asked for."""
    org = dated(tmp_path)
    with pytest.raises(SwitchError, match="tied_stamps_seconds"):
        org.switch(tied_stamps_seconds=0)
    org.close()


def test_deleted_records_can_lose_fields(caller: Caller) -> None:
    """A deleted record keeps what cannot be empty and loses the rest; a living one keeps everything."""
    record = caller.org.records.create("Lead", {"LastName": "x", "Company": "y", "Title": "ředitel"})
    soql = f"SELECT Id, LastName, Title, SystemModstamp, IsDeleted FROM Lead WHERE Id = '{record}'"  # noqa: S608  SOQL
    caller.org.switch(blank_deleted=True)
    alive = caller.query(soql, kind="queryAll")["records"][0]
    caller.org.records.delete("Lead", record)
    gone = caller.query(soql, kind="queryAll")["records"][0]
    caller.org.records.hard_delete("Lead", record)
    assert (alive["LastName"], alive["Title"]) == ("x", "ředitel")
    assert (gone["LastName"], gone["Title"], gone["IsDeleted"]) == ("x", None, True)
    assert gone["SystemModstamp"] is not None


def test_users_change_records_after_some_calls(caller: Caller) -> None:
    """After every so many calls something has changed; without the switch nothing has."""

    def held() -> list[Any]:
        return [caller.org.records.read(each, limit=1000) for each in OBJECTS]

    before = held()
    for _ in range(4):
        caller.get("limits")
    assert held() == before
    caller.org.switch(activity_calls=2, activity_acts=["update"])
    for _ in range(4):
        caller.get("limits")
    assert held() != before


def test_users_with_the_same_seed_do_the_same(tmp_path: Path) -> None:
    """In two orgs with one seed they make the same changes; with another seed, others."""

    def life(name: str, seed: int) -> list[Any]:
        (tmp_path / name).mkdir()
        org = dated(tmp_path / name, 30)
        org.switch(activity_calls=1, activity_seed=seed)
        activity = UserActivity(org)
        for _ in range(40):
            activity.count_call()
        found = [org.records.read(each, limit=1000) for each in OBJECTS]
        org.close()
        return found

    first, second, other = life("a", 1), life("b", 1), life("c", 2)
    assert first == second
    assert first != other


@pytest.mark.parametrize("act", ACTS)
def test_every_act_changes_something(tmp_path: Path, act: str) -> None:
    """Each kind of act changes records, or the formula that they show."""
    org = dated(tmp_path, 30)
    org.records.delete("Contact", org.records.read("Contact")[0]["Id"])

    def seen() -> list[Any]:
        factors = org.records.formula_factors()
        return [factors, *(org.records.read(each, limit=1000) for each in OBJECTS)]

    before = seen()
    org.switch(activity_calls=1, activity_acts=[act])
    activity = UserActivity(org)
    for _ in range(12):
        activity.count_call()
    assert seen() != before
    org.close()


def test_an_unknown_act_is_refused(tmp_path: Path) -> None:
    """What users cannot do is refused with the list of what they can."""
    org = dated(tmp_path)
    with pytest.raises(SwitchError, match=r"\['dance'\] is none of 'create', 'update'"):
        org.switch(activity_acts=["dance"])
    org.close()


def test_a_window_misses_a_late_commit_unless_it_overlaps(tmp_path: Path) -> None:
    """A row committed late lies before the end of a window that was read already, and inside its overlap."""
    org = dated(tmp_path)
    org.switch(late_commit_seconds=300.0)
    read_up_to = NOW - timedelta(minutes=1)
    late = datetime.fromisoformat(stamp(org))
    assert late < read_up_to
    assert late > read_up_to - timedelta(minutes=10)
    org.close()


def test_records_can_be_archived(caller: Caller) -> None:
    """query hides them, queryAll shows them outside the bin; a semi-join follows its query."""
    caller.org.switch(archived_records=3)
    within = "SELECT Id, IsDeleted FROM Contact WHERE AccountId IN (SELECT Id FROM Account)"
    asked = ("SELECT Id, IsDeleted FROM Account WHERE IsDeleted = false", within)
    for soql in asked:
        shown, everything = (caller.query(soql, kind=kind)["records"] for kind in ("query", "queryAll"))
        assert 0 < len(shown) < len(everything)
    assert not any(row["IsDeleted"] for row in caller.query(asked[0], kind="queryAll")["records"])


def test_another_organization_ends_all_sessions(caller: Caller) -> None:
    """Its sign-in and its own record tell another Id; back again, the former Id."""
    before = caller.org.id
    assert caller.get("limits").status_code == 200
    caller.org.switch(organization=2)
    assert caller.org.id != before
    assert [row["Id"] for row in caller.org.records.read("Organization")] == [caller.org.id]
    assert caller.get("limits").status_code == 401
    caller.org.switch(organization=1)
    assert [row["Id"] for row in caller.org.records.read("Organization")] == [before]
