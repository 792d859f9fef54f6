"""One org, one Daktela and one deployment for one history, and what only the attacker knows about them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
from sqlalchemy import text

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.database import Database
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.steps.load.pieces import ROWS
from sandbox.common_customers import common_customers
from sandbox.daktela.store import Record
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.attacks.deployments import Settings
from tests.attacks.fuse import Fuse, FusedDatabase, FusedLimiter, FusedSession, FusedStore
from tests.attacks.stepped import Deployment, SteppedRun
from tests.virtual_time import length

MODELS = ("accounts", "contacts", "crmRecords")
Key = tuple[str, str]
"""Model and name of a Daktela object."""


class Listener(logging.Handler):
    """Keeps every line from INFO on."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, with the trace it carries."""
        self.lines.append(self.format(record))


FEW = 3
"""Rows that a load decides at a time in every other deployment, so that small parts have many pieces."""


@dataclass(slots=True, kw_only=True)
class World:
    """``baseline`` is what somebody else last wrote, ``edited`` which of our fields they wrote over with what.

    ``taken`` are objects that were taken away in Daktela, ``departed`` Ids that were ever deleted, merged or filtered,
    ``addresses`` every e-mail address a person ever had, ``silent`` Ids that changed without a stamp,
    ``left_behind`` objects that a memory held when it was reset, ``both`` how many converted records runs said to have
    an object beside that of their heir.
    """

    sandbox: Sandbox
    runner: Deployment
    settings: Settings
    fuse: Fuse
    ledger_file: Path
    used: list[Settings] = field(default_factory=list)
    waiting: list[SteppedRun] = field(default_factory=list)
    runs: int = 0
    baseline: dict[Key, tuple[dict[str, Any], dict[str, list[str]]]] = field(default_factory=dict)
    edited: dict[Key, dict[str, list[Any]]] = field(default_factory=dict)
    taken: set[Key] = field(default_factory=set)
    departed: set[str] = field(default_factory=set)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    left_behind: set[Key] = field(default_factory=set)
    switched: set[tuple[str, Any]] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    personal: set[str] = field(default_factory=set)
    wrongs: list[tuple[str, str]] = field(default_factory=list)
    both: int = 0

    @property
    def now(self) -> datetime:
        """Salesforce's clock."""
        return self.sandbox.salesforce.clock()

    def pass_time(self, seconds: float) -> None:
        """Let Salesforce's clock go on, and with it what a client has been told of it some seconds ago."""
        org = self.sandbox.salesforce
        self.runner.salesforce._last_date = None
        org.switch(clock_skew_seconds=org.switches.clock_skew_seconds + seconds)

    def wrong(self, kind: str, what: str) -> None:
        """Note something that must not be."""
        self.wrongs.append((kind, what))

    def remember(self, model: str, name: str) -> None:
        """Take what an object holds now for somebody else's word."""
        record = self.sandbox.daktela.get(model, name)
        if record is None:
            self.baseline.pop((model, name), None)
        else:
            self.baseline[model, name] = contents(record)

    def use(self, settings: Settings) -> None:
        """Deploy other files."""
        self.settings = settings
        self.used.append(settings)
        self.runner.folder = settings.folder
        self.runner.piece_rows = (ROWS, FEW)[settings.number % 2]


def contents(record: Record) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What an object holds, its moment of change aside."""
    return {key: value for key, value in record.values.items() if key != "edited"}, dict(record.custom)


@contextmanager
def open_sandbox(home: Path) -> Iterator[Sandbox]:
    """A sandbox for many histories, trusted by every client that is made while it runs."""
    before = os.environ.get("REQUESTS_CA_BUNDLE")
    with start_sandbox(home / "sandbox", size=12) as sandbox:
        os.environ["REQUESTS_CA_BUNDLE"] = str(sandbox.ca)
        try:
            yield sandbox
        finally:
            os.environ.pop("REQUESTS_CA_BUNDLE")
            if before is not None:
                os.environ["REQUESTS_CA_BUNDLE"] = before


@contextmanager
def open_world(sandbox: Sandbox, home: Path, settings: Settings, *, size: int, seed: int) -> Iterator[World]:
    """Both sides as at the beginning, an empty ledger, and the files of ``settings``."""
    sandbox.salesforce.reset(size=size, seed=seed)
    sandbox.daktela.known = common_customers(sandbox.salesforce)
    sandbox.daktela.reset()
    place = home / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    fuse = Fuse()
    runner = _deploy(sandbox, place, settings, fuse)
    world = World(sandbox=sandbox, runner=runner, settings=settings, fuse=fuse, ledger_file=place / "ledger.db")
    world.use(settings)
    for model in MODELS:
        for record in sandbox.daktela.records(model):
            world.remember(model, record.name)
    try:
        yield world
    finally:
        runner.daktela.close()
        runner.ledger.close()


def _deploy(sandbox: Sandbox, place: Path, settings: Settings, fuse: Fuse) -> Deployment:
    described = sandbox.description()
    salesforce, daktela = described["salesforce"], described["daktela"]
    names = ("username", "password", "security_token", "consumer_key", "consumer_secret")
    credentials = SalesforceCredentials(
        instance_uri=salesforce["url"],
        trusted_hosts=HOST_NAMES,
        **{name: salesforce[name] for name in names},
    )
    db = FusedDatabase(Database.open(f"sqlite:///{place / 'ledger.db'}").engine, fuse)
    ledger = Ledger(db)
    ledger.upgrade()
    return Deployment(
        folder=settings.folder,
        salesforce=SalesforceClient(credentials, session=FusedSession(fuse), sleep=no_time),
        daktela=DaktelaClient(
            DaktelaSettings(url=daktela["url"], token=daktela["token"]), limiter=_limiter(fuse), sleep=no_time
        ),
        ledger=ledger,
        store=FusedStore(fsspec.filesystem("file"), str(place / "staging"), fuse),
        sleep=lambda seconds: age_leases(db, seconds),
    )


def age_leases(db: Database, seconds: float) -> None:
    """Let the ledger's clock go on, for whoever waits until a dead run lets go."""
    with db.engine.connect() as connection:
        held = "SELECT sync, mapping, id, held_until FROM sfd_records WHERE held_until IS NOT NULL"
        for sync, mapping, id_, until in connection.execute(text(held)).all():
            earlier = datetime.fromisoformat(until) - timedelta(seconds=seconds)
            connection.execute(
                text("UPDATE sfd_records SET held_until = :u WHERE sync = :s AND mapping = :m AND id = :i"),
                {"u": earlier.isoformat(sep=" ", timespec="microseconds"), "s": sync, "m": mapping, "i": id_},
            )


def _limiter(fuse: Fuse) -> FusedLimiter:
    jumped = [0.0]

    def sleep(seconds: float) -> None:
        jumped[0] += length(seconds)

    limiter = FusedLimiter(1000, 8, clock=lambda: jumped[0], sleep=sleep)
    limiter.fuse = fuse
    return limiter


def no_time(_: float) -> None:
    """Nobody waits."""
