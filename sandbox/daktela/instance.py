"""A Daktela instance as one object: store, clock, tokens, switches and journal."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.daktela.faults import Script, TokenBucket
from sandbox.daktela.journal import Journal
from sandbox.daktela.models import MODELS, RELATIONS, USERS, Model
from sandbox.daktela.seed import Known, fill
from sandbox.daktela.sessions import Sessions
from sandbox.daktela.store import Record, Store
from sandbox.daktela.switches import Switches

ZONE = "Europe/Prague"
SERVICE_USER = "integrace"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Instance:
    """One running instance. ``clock`` gives aware UTC, ``monotonic`` seconds for the limits; tests may replace both."""

    store: Store
    seed: int
    known: tuple[Known, ...] = ()
    empty: bool = False
    zone: str = ZONE
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    journal: Journal = field(default_factory=Journal)
    script: Script = field(default_factory=Script)
    sessions: Sessions = field(init=False)
    bucket: TokenBucket = field(default_factory=TokenBucket)
    random: random.Random = field(init=False)
    merged: dict[tuple[str, str], str] = field(default_factory=dict)
    """Which object is left, by the model and name of each that was merged into it."""
    other_side: str = ""
    """The address of the Salesforce side of this sandbox."""

    @classmethod
    def create(cls, *, seed: int = 1, known: tuple[Known, ...] = (), empty: bool = False) -> Instance:
        """Return an instance with its catalogues and, unless ``empty``, a few contacts and accounts.

        ``known`` are people who are customers in Salesforce, too.
        """
        return cls(store=Store(), seed=seed, known=known, empty=empty)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.sessions = Sessions(seed=self.seed, service_user=SERVICE_USER)
        fill(self.store, known=self.known, empty=self.empty, now=self.local_time())

    @property
    def token(self) -> str:
        """The static token of the integration user."""
        return self.sessions.static_token

    def reset(self, *, empty: bool | None = None) -> None:
        """Start again: seeded records, default switches, no journal. ``empty`` None means as at the first start."""
        with self.store.lock:
            self.empty = self.empty if empty is None else empty
            self.switches = Switches()
            self.journal.clear()
            self.script.clear()
            self.merged.clear()
            self.bucket = TokenBucket()
            self.random = random.Random(self.seed)
            self.store.clear()
            fill(self.store, known=self.known, empty=self.empty, now=self.local_time())

    def switch(self, **settings: Any) -> None:
        """Change switches. Raises SwitchError for a name or setting that does not exist."""
        self.switches = self.switches.changed(settings)

    def now(self) -> datetime:
        """Return the present time in the server's zone, in whole seconds."""
        return self.clock().astimezone(ZoneInfo(self.zone)).replace(microsecond=0)

    def local_time(self) -> str:
        """Return the present time as Daktela stores it: local, without offset."""
        return self.now().strftime("%Y-%m-%d %H:%M:%S")

    def new_name(self, model: Model) -> str:
        """Return a new name, as the server generates it."""
        return f"{model.prefix}_{self.random.getrandbits(96):024x}"

    def get(self, model: str, name: str) -> Record | None:
        """Return a stored record, None when there is none or it was deleted."""
        return self.store.find(MODELS[model], name)

    def records(self, model: str, database: str | None = None) -> list[Record]:
        """Return the stored records of a model, of one database if given."""
        table = self.store.tables[model]
        return list(self.store.all(MODELS[model], None if database is None else table.c.database == database))

    def count(self, model: str, database: str | None = None) -> int:
        """Return how many records of a model there are, in one database if given."""
        table = self.store.tables[model]
        return self.store.count(MODELS[model], None if database is None else table.c.database == database)

    def edit(
        self, model: str, name: str, values: Mapping[str, Any], custom: Mapping[str, list[str]] | None = None
    ) -> Record:
        """Change a record directly, without checks; given custom fields are merged. Updates ``edited``.

        Raises KeyError when there is no such record or field.
        """
        record = self._existing(model, name)
        for key in values:
            if record.model.field(key) is None:
                raise KeyError(f"{model} has no field {key}")
        merged = None if custom is None else {k: v for k, v in {**record.custom, **custom}.items() if v}
        stamp = {"edited": self.local_time()} if record.model.field("edited") else {}
        return self.store.update(record, {**values, **stamp}, merged)

    def delete(self, model: str, name: str) -> None:
        """Delete a record as a user does: it is only hidden. Raises KeyError when there is none."""
        self.store.delete(self._existing(model, name))

    def erase(self, model: str, name: str) -> None:
        """Erase a record for good, with the CRM records of an erased contact (GDPR). Raises KeyError."""
        record = self._existing(model, name)
        if model == "contacts":
            related = self.store.tables["crmRecords"].c.contact == name
            for attached in list(self.store.all(MODELS["crmRecords"], related)):
                self.store.erase(attached)
        self.store.erase(record)

    def merge(self, model: str, survivor: str, loser: str) -> Record:
        """Merge ``loser`` into ``survivor``: references move to the survivor, lists of values are joined.

        Raises KeyError when either is missing.
        """
        kept, lost = self._existing(model, survivor), self._existing(model, loser)
        for (parent, _), (child, column) in RELATIONS.items():
            if parent == model and column and self.switches.merge_moves_children:
                self.store.repoint(MODELS[child], column, loser, survivor)
        custom = {
            k: list(dict.fromkeys([*kept.custom.get(k, []), *lost.custom.get(k, [])]))
            for k in {**kept.custom, **lost.custom}
        }
        self.store.delete(lost)
        self.merged[model, loser] = survivor
        return self.store.update(kept, {"edited": self.local_time()}, custom)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def user(self, name: str) -> Record | None:
        """Return a user by login."""
        return self.store.find(USERS, name)

    def _existing(self, model: str, name: str) -> Record:
        record = self.get(model, name)
        if record is None:
            raise KeyError(f"{model} has no record {name}")
        return record
