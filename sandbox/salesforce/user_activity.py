"""Simulates users who change records while a client reads; with the same seed they do the same."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

from sandbox.salesforce.org import Org
from sandbox.salesforce.records import RecordError
from sandbox.salesforce.store import FORMULA_FACTORS

SOBJECTS = ("Account", "Contact", "Lead", "Opportunity")
MERGEABLE = ("Account", "Contact", "Lead")
DESCRIPTIONS = ("Zavolat v pondělí", "Chce nabídku", "Bez zájmu", None)


class UserActivity:
    """The switches ``activity_*`` decide how often users change something, and what they do."""

    def __init__(self, org: Org) -> None:
        self._org, self._calls = org, itertools.count(1)

    def count_call(self) -> None:
        """Count a call of the client; after every ``activity_calls`` of them, do something."""
        number, switches = next(self._calls), self._org.switches
        if switches.activity_calls and switches.activity_acts and number % switches.activity_calls == 0:
            self.act(random.Random(f"{switches.activity_seed}:{number}"))

    def act(self, rng: random.Random) -> None:
        """Do one of the acts that are switched on; nothing happens if there is no suitable record."""
        acts: dict[str, Callable[[random.Random], None]] = {
            "create": self._create,
            "update": self._update,
            "formula": self._formula,
            "delete": self._delete,
            "undelete": self._undelete,
            "merge": self._merge,
            "hard_delete": self._hard_delete,
        }
        try:
            acts[rng.choice(self._org.switches.activity_acts)](rng)
        except RecordError:
            return

    def _create(self, rng: random.Random) -> None:
        self._org.records.create("Contact", {"LastName": f"Nová {rng.randrange(10**6)}", "FirstName": "Jana"})

    def _update(self, rng: random.Random) -> None:
        sobject = rng.choice(SOBJECTS)
        record = self._somebody(sobject, rng)
        self._org.records.update(sobject, record["Id"], {"Description": rng.choice(DESCRIPTIONS)})

    def _formula(self, rng: random.Random) -> None:
        self._org.records.set_formula_factor(rng.choice(list(FORMULA_FACTORS)), float(rng.randrange(1, 9)))

    def _delete(self, rng: random.Random) -> None:
        sobject = rng.choice(SOBJECTS)
        self._org.records.delete(sobject, self._somebody(sobject, rng)["Id"])

    def _undelete(self, rng: random.Random) -> None:
        sobject = rng.choice(SOBJECTS)
        self._org.records.undelete(sobject, self._somebody(sobject, rng, deleted=True)["Id"])

    def _merge(self, rng: random.Random) -> None:
        sobject = rng.choice(MERGEABLE)
        winner, loser = self._somebody(sobject, rng)["Id"], self._somebody(sobject, rng)["Id"]
        if winner != loser:
            self._org.records.merge(sobject, winner, [loser])

    def _hard_delete(self, rng: random.Random) -> None:
        sobject = rng.choice(SOBJECTS)
        self._org.records.hard_delete(sobject, self._somebody(sobject, rng)["Id"])

    def _somebody(self, sobject: str, rng: random.Random, *, deleted: bool = False) -> dict[str, Any]:
        """Return a random record that is, or is not, in the bin. Raises RecordError if there is none."""
        records, count = self._org.records, self._org.records.counts()[sobject]
        start = rng.randrange(count) if count else 0
        for offset in itertools.chain(range(start, count), range(start)):
            (found,) = records.read(sobject, offset=offset, limit=1)
            if bool(found["IsDeleted"]) is deleted and not (deleted and found.get("MasterRecordId")):
                return found
        raise RecordError(f"there is no such {sobject}")
