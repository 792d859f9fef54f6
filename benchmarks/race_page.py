"""The table of the race in ``docs/performance.md``, made of results.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACE = re.compile(r"(<!-- race -->\n).*?(<!-- end of the race -->)", re.DOTALL)
NUMBERS = ("rows", "cpu", "peak_mib", "calls")
COLUMNS = ("rows", "CPU s", "MiB", "calls")
HEADINGS = ("reader", "reads by", "writes", *(f"{what}: {each}" for what in ("all", "changed") for each in COLUMNS))


@dataclass(frozen=True, slots=True)
class Reader:
    """``package`` is that of the version, empty for this project; ``by`` and ``into`` are words for the table."""

    name: str
    package: str
    by: str
    into: str


READERS = {
    "ours": Reader("this project's extract step", "", "Bulk 2.0; REST for few", "Parquet"),
    "bulk2": Reader("simple-salesforce, bulk2.download", "simple-salesforce", "Bulk 2.0", "CSV"),
    "query_all": Reader("simple-salesforce, query_all", "simple-salesforce", "REST", "CSV"),
    "hook": Reader("Airflow's SalesforceHook", "apache-airflow-providers-salesforce", "REST", "CSV"),
    "cli": Reader("Salesforce CLI", "@salesforce/cli", "Bulk 2.0; REST for few", "CSV; JSON"),
    "tap": Reader("tap-salesforce", "tap-salesforce", "REST", "Singer messages"),
    "airbyte": Reader("Airbyte's source", "airbyte-source-salesforce", "REST, by months", "Airbyte messages"),
}


def race_table(results: Mapping[str, Any]) -> str:
    """Return the table in Markdown, with day, versions and machine below it. Raises KeyError before the first race."""
    race, taken = results["race"], results["taken"]["race"]
    rows = [HEADINGS, ("---",) * 3 + ("---:",) * (len(HEADINGS) - 3)]
    rows += [_row(name, race, taken["versions"]) for name in READERS]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    versions, machine = taken["versions"], taken["machine"]
    told = (
        f"Measured on {taken['day']} with Python {versions['python']} and Node {versions['node']} on {machine['cores']}"
        f" cores ({machine['processor']}), over {race['contacts']:,} contacts, {race['changed']} of them changed later."
    )
    return f"{table}\n\n{told}\n"


def write_race(page: Path, results: Mapping[str, Any]) -> None:
    """Put the table into its place of the page, once there are results."""
    if "race" in results:
        text, table = page.read_text(encoding="utf-8"), race_table(results)
        page.write_text(PLACE.sub(lambda place: f"{place[1]}\n{table}\n{place[2]}", text), encoding="utf-8")


def _row(name: str, race: Mapping[str, Any], versions: Mapping[str, str]) -> tuple[str, ...]:
    reader = READERS[name]
    shown = f"{reader.name} {versions[reader.package]}" if reader.package else f"**{reader.name}**"
    numbers = (_shown(race[f"{name}_{what}_{number}"]) for what in ("full", "increment") for number in NUMBERS)
    return (shown, reader.by, reader.into, *numbers)


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:.2g}" if number < 10 else f"{number:,.0f}"
