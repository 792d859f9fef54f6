"""Names of time zones, as mapping files say them."""

from __future__ import annotations

import zoneinfo

import pytest

from salesforce_daktela.mapping import time_zones


@pytest.mark.parametrize(("name", "known"), [("Europe/Prague", True), ("UTC", True), ("Europe/Praha", False)])
def test_a_time_zone_is_a_name_that_the_computer_knows(name: str, known: bool) -> None:
    """Others are refused where they are written."""
    assert time_zones.is_time_zone(name) is known


def test_the_names_are_read_from_the_disk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for by each reading of a sync's files, which took more than half of its time."""
    assert time_zones.is_time_zone("Europe/Prague")
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    assert time_zones.is_time_zone("Europe/Prague")
