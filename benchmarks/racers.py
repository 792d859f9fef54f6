"""The contestants of the race: each reads all contacts, and then those that were changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.measuring import Measured, measure
from benchmarks.race_page import READERS
from benchmarks.sides.token import access_token
from scripts.clients.airbyte import Airbyte
from scripts.clients.running import connected_app
from scripts.clients.salesforce_cli import SalesforceCli
from scripts.clients.tap import Tap, selected

Order = Mapping[str, Any]
OBJECT = "Contact"
BEGINNING = "2023-01-01T00:00:00Z"
"""No contact of the sandbox is older."""

BULK_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One read: ``cpu`` is in seconds, of all its processes; ``peak`` in MiB, of the largest of them."""

    rows: int
    cpu: float
    peak: float


class Racer(Protocol):
    """``since`` is empty for all contacts, else the time (ISO 8601) from which on changes are wanted."""

    def read(self, since: str) -> Read:
        """Read once. Several reads since the same time read the same."""
        ...


@dataclass(slots=True)
class ByItself:
    """A client in a process of this project's environment."""

    side: str
    order: Order

    def read(self, since: str) -> Read:
        """The side does it all."""
        home = Path(self.order["home"])
        measured = measure(f"race.{self.side}", {**self.order, "since": since}, home)
        return Read(rows=int(measured.facts["rows"]), cpu=measured.cpu, peak=measured.peak)


@dataclass(slots=True)
class Ours:
    """The extract step. Its facts are stored before, as preflight does in another process, and are not measured."""

    order: Order
    reads: int = 0

    def read(self, since: str) -> Read:
        """In a run of its own; a full read has a ledger of its own, too."""
        self.reads += 1
        if not since:
            self.order = {**self.order, "home": str(Path(self.order["home"]) / str(self.reads))}
        order = {**self.order, "since": since, "run": f"run-{self.reads}"}
        home = Path(order["home"])
        measure("race.facts", order, home)
        measured = measure("race.ours", order, home)
        return Read(rows=int(measured.facts["rows"]), cpu=measured.cpu, peak=measured.peak)


@dataclass(slots=True)
class Program:
    """Starts somebody else's program, measured, in a folder that is its home."""

    home: Path
    environment: Mapping[str, str]
    measured: Measured | None = None

    def __call__(self, command: list[str], **variables: str) -> Iterator[str]:
        """Run it to its end, and give what it wrote line by line."""
        output = self.home / "output"
        order = {"home": str(self.home), "command": command, "output": str(output)}
        self.measured = measure("race.command", order, self.home, {**self.environment, **variables})
        with output.open(encoding="utf-8") as lines:
            yield from lines

    def told(self, rows: int) -> Read:
        """The measurement of the last command."""
        if self.measured is None:
            raise RuntimeError("nothing was started")
        return Read(rows=rows, cpu=self.measured.cpu, peak=self.measured.peak)


@dataclass(slots=True)
class AirbyteSource:
    """Airbyte's source. It is given the catalogue that it found before, and its own state."""

    start: Program
    source: Airbyte
    catalog: str
    state: list[Any] = field(default_factory=list)

    def read(self, since: str) -> Read:
        """It reads on from the state of its last full read."""
        found, state = self.source.read(self.catalog, self.state if since else [])
        if not since:
            self.state = state
        return self.start.told(len(found[OBJECT]))


@dataclass(slots=True)
class SingerTap:
    """The Singer tap. It is given the properties that it discovered before, and its own bookmark."""

    start: Program
    tap: Tap
    properties: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict)

    def read(self, since: str) -> Read:
        """It reads on from the bookmark of its last full read."""
        ids, state = self.tap.sync(self.properties, self.state if since else {})
        if not since:
            self.state = state
        return self.start.told(len(ids))


@dataclass(slots=True)
class CommandLine:
    """The Salesforce CLI: a Bulk export of all, a query for what was changed."""

    start: Program
    cli: SalesforceCli
    fields: str

    def read(self, since: str) -> Read:
        """A CSV file, or JSON."""
        soql = f"SELECT {self.fields} FROM {OBJECT}"  # noqa: S608 SOQL has no bound values
        if since:
            found = self.cli("data", "query", "--query", f"{soql} WHERE SystemModstamp >= {since}")
        else:
            target = ("--output-file", str(self.start.home / "contacts.csv"), "--result-format", "csv")
            found = self.cli("data", "export", "bulk", "--query", soql, *target, "--wait", str(BULK_MINUTES))
        return self.start.told(int(found["totalSize"]))


def racers(order: Order, proxy: str) -> dict[str, Racer]:
    """All of them, signed in and told what there is. ``order`` has ``fields``; ``proxy`` leads to the org."""
    homes = {name: Path(order["home"]) / name for name in READERS}
    for home in homes.values():
        home.mkdir(parents=True)
    trusted = dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), os.environ["REQUESTS_CA_BUNDLE"])
    programs = {
        name: Program(home, {**trusted, "HOME": str(home), "HTTPS_PROXY": proxy}) for name, home in homes.items()
    }
    config = connected_app(order["salesforce"], BEGINNING)
    source = Airbyte(programs["airbyte"], homes["airbyte"], config, [OBJECT])
    tap = Tap(programs["tap"], homes["tap"], config)
    properties = selected(tap.discovered(), OBJECT, order["fields"].split(", "))
    url, token = order["salesforce"]["url"], access_token(dict(order["salesforce"]))
    return {
        "ours": Ours({**order, "home": str(homes["ours"])}),
        **{name: ByItself(name, {**order, "home": str(homes[name])}) for name in ("bulk2", "query_all", "hook")},
        "cli": CommandLine(programs["cli"], SalesforceCli(programs["cli"], url, token), order["fields"]),
        "tap": SingerTap(programs["tap"], tap, properties),
        "airbyte": AirbyteSource(programs["airbyte"], source, source.catalog()),
    }
