"""What the README and the pages of runs and connections promise is what the product does."""

from __future__ import annotations

import re
from pathlib import Path

import pendulum
from airflow.timetables.base import TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.request import TRIGGERED

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
RUNNING = (PROJECT / "docs" / "running.md").read_text(encoding="utf-8")
CONNECTIONS = (PROJECT / "docs" / "connections.md").read_text(encoding="utf-8")
SHIPPED = PROJECT / "include" / "mappings" / "default"


def test_the_table_of_modes_holds_those_that_can_be_triggered() -> None:
    """In the order of the form, and as many as the sentence above the table says."""
    table = re.search(r"^\| mode \|.*?\n\n", RUNNING, re.DOTALL | re.MULTILINE)
    assert table is not None
    assert re.findall(r"^\| (\w+) \|", table.group(), re.MULTILINE)[1:] == [mode.value for mode in TRIGGERED]
    assert (len(TRIGGERED), "a form with six modes" in RUNNING) == (6, True)


def test_the_test_button_is_named_with_its_setting_and_its_risk() -> None:
    """Airflow hides the button unless this is set; who may edit connections can then send credentials anywhere."""
    (told,) = (piece for piece in CONNECTIONS.split("\n\n") if "AIRFLOW__CORE__TEST_CONNECTION=Enabled" in piece)
    assert "Test button" in told
    assert "trust everybody who may edit connections" in told
    assert "credentials from the server to any host" in " ".join(told.split())


def test_two_days_of_backfill_are_as_many_runs_as_told() -> None:
    """Both ends count, so it is one more than the quarters of two days; the shipped schedule is the one named."""
    told = re.search(r"two days at `(.+?)` are (\d+) runs", RUNNING)
    assert told is not None
    schedule = load_sync(SHIPPED).schedule
    assert schedule == f"{told[1]} * * * *"
    timetable = CronDataIntervalTimetable(schedule, pendulum.timezone("UTC"))
    first = pendulum.datetime(2026, 1, 5)
    between = TimeRestriction(earliest=first, latest=first.add(days=2), catchup=True)
    runs, info = 0, timetable.next_dagrun_info(last_automated_data_interval=None, restriction=between)
    while info is not None:
        runs += 1
        info = timetable.next_dagrun_info(last_automated_data_interval=info.data_interval, restriction=between)
    assert runs == int(told[2])


def test_the_readme_fits_two_screens() -> None:
    """What does not fit stands in ``docs``."""
    assert len(README.splitlines()) <= 80


def test_the_smallest_mapping_of_the_readme_loads(tmp_path: Path) -> None:
    """Beside the smallest ``sync.yaml``."""
    (mapping,) = re.findall(r"^```yaml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    (tmp_path / "sync.yaml").write_text("mappings: [contacts]\n", encoding="utf-8")
    (tmp_path / "contacts.yaml").write_text(mapping, encoding="utf-8")
    assert load_sync(tmp_path).mapping("contacts").sobject == "Contact"
