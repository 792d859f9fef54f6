"""The race's table and picture, made of numbers that nobody measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from matplotlib.patches import Rectangle

from benchmarks import results
from benchmarks.plots import draw_race
from benchmarks.race_page import READERS, race_table, write_race
from benchmarks.settings import PROJECT
from scripts.clients.installed import versions

RESULTS = PROJECT / "benchmarks" / "results.json"
PAGE = "# Performance\n\n<!-- race -->\nold\n<!-- end of the race -->\n\nThe end.\n"


@pytest.fixture
def measured() -> dict[str, Any]:
    """Every reader has read three thousand rows, and a hundred afterwards."""
    race: dict[str, float | int] = {"contacts": 3_000, "changed": 100}
    for name in READERS:
        for what, rows in (("full", 3_000), ("increment", 100)):
            race |= {f"{name}_{what}_rows": rows, f"{name}_{what}_calls": 7}
            race |= {f"{name}_{what}_cpu": 1.234, f"{name}_{what}_peak_mib": 56.78}
    packages = {reader.package: "1.2.3" for reader in READERS.values() if reader.package}
    known = {**packages, "python": "3.11.7", "node": "22.20.0"}
    machine = {"cores": 2, "processor": "a processor"}
    return {"race": race, "taken": {"race": {"day": "2026-11-29", "versions": known, "machine": machine}}}


def test_every_reader_has_a_line_with_its_version(measured: dict[str, Any]) -> None:
    """This project's version is that of the page."""
    table = race_table(measured)
    for reader in READERS.values():
        line = next(line for line in table.splitlines() if reader.name in line)
        assert ("1.2.3" in line) is bool(reader.package)
        assert line.endswith("| 3,000 | 1.2 | 57 | 7 | 100 | 1.2 | 57 | 7 |")
    assert "Measured on 2026-11-29 with Python 3.11.7 and Node 22.20.0 on 2 cores (a processor)" in table


def test_the_table_takes_its_place_in_the_page(tmp_path: Path, measured: dict[str, Any]) -> None:
    """Everything around it stays, and a second time changes nothing."""
    page = tmp_path / "performance.md"
    page.write_text(PAGE, encoding="utf-8")
    write_race(page, measured)
    first = page.read_text(encoding="utf-8")
    assert race_table(measured) in first
    assert "old" not in first
    assert first.startswith("# Performance\n\n<!-- race -->\n")
    assert first.endswith("<!-- end of the race -->\n\nThe end.\n")
    write_race(page, measured)
    assert page.read_text(encoding="utf-8") == first


def test_a_page_without_a_race_stays_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE, encoding="utf-8")
    write_race(page, {})
    assert page.read_text(encoding="utf-8") == PAGE


def test_the_documentation_shows_the_committed_results() -> None:
    """Whoever measures commits both."""
    assert race_table(results.read(RESULTS)) in (PROJECT / "docs" / "performance.md").read_text(encoding="utf-8")


def test_the_picture_has_two_bars_for_each_reader_and_number(measured: dict[str, Any]) -> None:
    """Processor time and memory; everything and what was changed."""
    for axes in draw_race(measured).axes:
        assert len([bar for bar in axes.patches if isinstance(bar, Rectangle)]) == 2 * len(READERS)


def test_every_client_that_is_installed_has_a_version() -> None:
    """They are told with the results."""
    assert {"airbyte-source-salesforce", "tap-salesforce", "@salesforce/cli", "node"} == set(versions())
    assert {reader.package for reader in READERS.values()} - set(versions()) == {
        "",
        "simple-salesforce",
        "apache-airflow-providers-salesforce",
    }
