"""Whole loads, their ledger included, amid spoiled replies; afterwards a run with good ones has to put all right."""

from __future__ import annotations

import json
import ssl
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import fsspec
import pyarrow as pa

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RecordState
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.staging.store import PartKey, PartStore
from salesforce_daktela.steps.load.failures import TOLD
from salesforce_daktela.steps.load.loader import Loader
from salesforce_daktela.steps.run.payload_schema import PAYLOAD_SCHEMA
from salesforce_daktela.sync.outcome import Outcome, RecordOutcome
from salesforce_daktela.sync.totals import Tally
from tests.attacks.daktela_replies import TOKEN, Instance, contact, spoiling

START = datetime(2026, 3, 1, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"
IDS = tuple(f"003xx{number:010d}AAA" for number in range(5))
STRANGER = "contact_5f"
TRIES = 3
WRITTEN = (Outcome.CREATED, Outcome.UPDATED, Outcome.ADOPTED, Outcome.UNCHANGED)


def name_of(id_: str) -> str:
    """The name under which a record is loaded."""
    return f"sf_contact_{id_}"


@dataclass(slots=True, kw_only=True)
class Org:
    """What Salesforce holds in one case: titles by Id, None for a deleted record, and when each was changed."""

    titles: dict[str, str | None] = field(default_factory=dict)
    stamps: dict[str, datetime] = field(default_factory=dict)

    def change(self, random: Random, day: int) -> None:
        """A day of changes; the first one makes every record."""
        for id_ in IDS:
            if day == 0 or (self.titles[id_] is not None and random.random() < 0.5):
                self.titles[id_] = f"day {day}" if day == 0 or random.random() < 0.7 else None
                self.stamps[id_] = START + timedelta(days=day)

    def body(self, id_: str) -> dict[str, Any]:
        """What is sent of a live record."""
        return {key: value for key, value in contact("", str(self.titles[id_])).items() if key != "name"}

    def table(self) -> pa.Table:
        """A part of all records."""
        return pa.Table.from_pylist([self._row(id_) for id_ in IDS], schema=PAYLOAD_SCHEMA)

    def _row(self, id_: str) -> dict[str, Any]:
        body = {key: value for key, value in self.body(id_).items() if key != "database"}
        empty = {"left_filter": False, "master_id": None, "references": "[]", "problems": "[]"}
        return {
            "id": id_,
            "name": name_of(id_),
            "stamp": self.stamps[id_],
            "is_deleted": self.titles[id_] is None,
            "payload": json.dumps(body, sort_keys=True),
            "shortened": 0,
            "dropped": 0,
            **empty,
        }


@dataclass(slots=True, kw_only=True)
class LoadAttack:
    """Cases against one ledger; each is a sync of its own."""

    instance: Instance
    client: DaktelaClient
    ledger: Ledger
    store: PartStore
    spec: SyncSpec
    cases: int = 0

    @property
    def spoiled(self) -> int:
        """Spoiled replies so far."""
        return self.instance.spoiled

    def case(self, random: Random) -> str:
        """Two days of changes loaded amid spoiled replies, and a third in peace; what was wrong, empty if nothing."""
        self.cases += 1
        spec = replace(self.spec, name=f"case-{self.cases}")
        org = Org()
        self.instance.begin(random)
        self.instance.doubles = random.random() < 0.5
        self.instance.records = {STRANGER: contact(STRANGER, "theirs")}
        found = {id_ for id_ in IDS if random.random() < 0.2}
        self.instance.records.update({name_of(id_): contact(name_of(id_), "old") for id_ in found})
        for day in range(2):
            org.change(random, day)
            # An object that was there before us is not ours to delete.
            org.titles.update({id_: f"day {day}" for id_ in found if org.titles[id_] is None})
            self.instance.share = random.choice((0.15, 0.3, 0.6, 1.0))
            for _ in range(TRIES):
                wrong = self._load(spec, org, day)
                if wrong is not None:
                    break
            if wrong:
                return f"day {day}: {wrong}"
        self.instance.share = 0.0
        wrong = self._load(spec, org, 2)
        return "; ".join(["the last run failed"] if wrong is None else [wrong] if wrong else self._settled(spec, org))

    def _load(self, spec: SyncSpec, org: Org, day: int) -> str | None:
        """Load everything as one try does; what was wrong with its outcomes, None when it ended in an error."""
        run, extraction = f"run-{day}", f"x-{day}"
        key = PartKey(sync=spec.name, run=run, mapping="contacts", extraction=extraction, kind="payloads", number=0)
        part = self.store.write_part(key, [org.table()], PAYLOAD_SCHEMA)
        loader = Loader(
            spec=spec,
            mapping=spec.mapping("contacts"),
            database="sales",
            run_id=run,
            extraction=extraction,
            read_at=START + timedelta(days=day, hours=1),
            daktela=self.client,
            ledger=self.ledger,
            store=self.store,
            sleep=lambda _: None,
            piece_rows=3,
        )
        try:
            tally = loader.load(part, 0)
        except PipelineError as exc:
            said = "".join(traceback.format_exception(exc))
            return "an error repeats a value" if "personal.example" in said or TOKEN in said else None
        told = sum(
            account.extracted for account in self.ledger.totals.read_parts(spec.name, run, "contacts", extraction)
        )
        counted = sum(tally.counts().values())
        return "; ".join([*self._untrue(org, tally), *([] if counted == told == len(IDS) else ["the sum is wrong"])])

    def _untrue(self, org: Org, tally: Tally) -> Iterator[str]:
        for id_ in IDS:
            held = self.instance.records.get(name_of(id_))
            if not _is_true(org, id_, held, tally.outcomes[id_]):
                yield f"{id_} is told as {tally.outcomes[id_].outcome} and Daktela holds {held and held.get('title')!r}"

    def _settled(self, spec: SyncSpec, org: Org) -> Iterator[str]:
        """What is not as it should be once the replies were good again."""
        alive = {name_of(id_): org.body(id_) for id_ in IDS if org.titles[id_] is not None}
        wanted = {
            STRANGER: contact(STRANGER, "theirs"),
            **{name: {**body, "name": name} for name, body in alive.items()},
        }
        if self.instance.records != wanted:
            yield f"Daktela holds {_titles(self.instance.records)} instead of {_titles(wanted)}"
        entries = self.ledger.records.read(spec.name, "contacts", IDS)
        live = {entry.name for entry in entries.values() if entry.state is RecordState.LIVE}
        others = {entry.state for entry in entries.values()} - {RecordState.LIVE, RecordState.REMOVED}
        if live != alive.keys() or others:
            yield f"the ledger has {len(live)} live of {len(alive)}, and {sorted(others)}"
        if self.ledger.rejects.read(spec.name, "contacts"):
            yield "rejects are open"


def _titles(records: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    return {name: record.get("title") for name, record in records.items()}


def _is_true(org: Org, id_: str, held: Mapping[str, Any] | None, told: RecordOutcome) -> bool:
    """Whether an outcome is so. A record to which Daktela answered 500, or nothing clear, may be there or not: that is
    what is told.
    """
    alive = org.titles[id_] is not None
    is_there = alive and held is not None and org.body(id_).items() <= held.items()
    if told.outcome in WRITTEN:
        return is_there
    if told.outcome is Outcome.REJECTED:
        return any(problem.code in TOLD for problem in told.problems) or not is_there
    return not alive and held is None and told.outcome in (Outcome.REMOVED, Outcome.KEPT)


@contextmanager
def load_attack(context: ssl.SSLContext, ca: Path, home: Path) -> Iterator[LoadAttack]:
    """A server that spoils its replies, and an empty ledger on SQLite."""
    ledger = Ledger.open(f"sqlite:///{home / 'ledger.db'}")
    ledger.upgrade()
    whole = load_sync(FOLDER)
    contacts = replace(whole.mapping("contacts"), match=(), on_delete="delete")
    spec = replace(whole, mappings=(contacts,), limits=replace(whole.limits, workers=1))
    with spoiling(context, ca, workers=1) as (instance, client):
        store = PartStore(fsspec.filesystem("file"), str(home / "staging"))
        yield LoadAttack(instance=instance, client=client, ledger=ledger, store=store, spec=spec)
    ledger.close()
