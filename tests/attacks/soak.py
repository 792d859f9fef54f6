"""Every attack in full, its figures kept beside it: ``make soak``.

An attack is a function that is given how much to do and where to start, and returns what it saw go wrong. What is
asked for by an environment variable of the attack's name in capitals is measured anew; an attack asked for zero times
keeps the figures of its last measurement, so that they can be taken one by one. ``ADD=1`` adds to the last figures
instead of replacing them: with another ``SEED``, an attack can be carried on another day.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parents[1] / "soak-results.json"
WRONGS = ("lost", "doubled", "misreported", "leaked")
"""What an attack may find; every figure is promised to be zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """``name`` is its figure in the results, ``promised`` how much of it the guarantees speak of.

    ``place`` is ``module:function`` with the parameters count and seed, and home, an empty folder, if ``at_home``.
    """

    name: str
    place: str
    promised: int
    at_home: bool = True

    def run(self, count: int, seed: int, home: Path) -> dict[str, int]:
        """Carry it out and return its figures, those of ``WRONGS`` always among them."""
        module, _, function = self.place.partition(":")
        attack = getattr(import_module(f"tests.attacks.{module}"), function)
        found: Mapping[str, int] = attack(count, seed, home) if self.at_home else attack(count, seed)
        return {**dict.fromkeys(WRONGS, 0), **found, self.name: found.get(self.name, count)}


ATTACKS = (
    Attack(name="histories", place="histories:run", promised=2000),
    Attack(name="person_histories", place="histories:run_people", promised=200),
    Attack(name="kills", place="kills:run", promised=100),
    Attack(name="ambiguous_creates", place="ambiguous:run", promised=1000),
    Attack(name="fuzzed_mappings", place="fuzzing:run_mappings", promised=1000, at_home=False),
    Attack(name="fuzzed_replies", place="fuzzing:run_replies", promised=1000),
)


def results_of(by_attack: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the results: each attack's own figures, how much of each was done, and the sums of what went wrong."""
    done = {attack.name: by_attack.get(attack.name, {}).get(attack.name, 0) for attack in ATTACKS}
    wrongs = {wrong: sum(figures.get(wrong, 0) for figures in by_attack.values()) for wrong in WRONGS}
    return {**done, **wrongs, "by_attack": {name: dict(figures) for name, figures in by_attack.items()}}


def added(before: Mapping[str, int], found: Mapping[str, int]) -> dict[str, int]:
    """Return the figures of two measurements of one attack as those of one."""
    return {name: before.get(name, 0) + found.get(name, 0) for name in {**before, **found}}


def read_results(path: Path = RESULTS) -> dict[str, Any]:
    """Return the last results, empty ones before the first measurement."""
    return json.loads(path.read_text()) if path.exists() else results_of({})


def main() -> int:
    """Run what the environment asks for; 1 when anything went wrong."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # temporary folders are deleted
    seed, adding = int(os.environ.get("SEED", "1")), os.environ.get("ADD") == "1"
    by_attack = dict(read_results()["by_attack"])
    for attack in ATTACKS:
        count = int(os.environ.get(attack.name.upper(), attack.promised))
        if not count:
            continue
        with tempfile.TemporaryDirectory(prefix="soak-") as home:
            found = attack.run(count, seed, Path(home))
        by_attack[attack.name] = added(by_attack.get(attack.name, {}), found) if adding else found
        sys.stdout.write(f"{attack.name}: {json.dumps(by_attack[attack.name], sort_keys=True)}\n")
        RESULTS.write_text(json.dumps(results_of(by_attack), indent=2, sort_keys=True) + "\n")
    results = read_results()
    return int(any(results[wrong] for wrong in WRONGS))


if __name__ == "__main__":
    sys.exit(main())
