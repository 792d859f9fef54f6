"""What happens in Daktela behind the pipeline's back, and what either side is like from now on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sandbox.daktela.models import CONTACTS
from sandbox.daktela.store import Record
from sandbox.daktela.switches import Switches
from sandbox.salesforce.switches import Switches as OrgSwitches
from tests.attacks.org_acts import rows
from tests.attacks.world import MODELS, World
from tests.scenarios.personalities import CALM, DAKTELA, SALESFORCE

PLAIN = {"accounts": "title", "contacts": "lastname", "crmRecords": "title"}
EVERYDAY: Mapping[str, Any] = asdict(Switches())
EVERYDAY_ORG: Mapping[str, Any] = asdict(OrgSwitches())
NEEDS_TIME = ("concurrent_requests", "latency_seconds")
"""Faults of real seconds, which a history does not wait for."""

FROM_THE_START = ("stamps", "address")
"""Stamps never go back, and an org that moves changes every link."""

CALM_ORG = {
    "fail_next": 0, "reset_next": 0, "fail_every": 0, "truncate_next": 0, "reset_download_next": 0,
    "bulk_outcome": "complete", "bulk_outcome_jobs": None, "bulk_expire_next": 0, "expire_locator_next": 0,
    "bulk_refusal": "",
}  # fmt: skip


def edit(world: World, a: int, b: int, c: int) -> None:
    """Somebody writes over one of our fields, or fills one that is not ours."""
    record = _somebody(world, a, b)
    if record is None:
        return
    field = PLAIN[record.model.name]
    if c % 2:
        values: dict[str, Any] = {field: f"Přepsáno {c}"}
        if record.model.name == "contacts":
            values["title"] = f"Přepsáno {c}"
        world.sandbox.daktela.edit(record.model.name, record.name, values)
        for name, value in values.items():
            _edited(world, record, name, value)
    else:
        world.sandbox.daktela.edit(record.model.name, record.name, {}, {"note": [f"Poznámka operátora {c}"]})
    world.remember(record.model.name, record.name)


def take_away(world: World, a: int, b: int, c: int) -> None:
    """Somebody deletes an object, or erases it for good."""
    record = _somebody(world, a, b)
    if record is None:
        return
    world.taken.add((record.model.name, record.name))
    act = world.sandbox.daktela.erase if c % 2 else world.sandbox.daktela.delete
    act(record.model.name, record.name)
    world.remember(record.model.name, record.name)


def merge_there(world: World, a: int, b: int, c: int) -> None:
    """Somebody merges two people or two companies."""
    model = MODELS[a % 2]
    found = _by_name(world.sandbox.daktela.records(model, "sales"))
    if len(found) < 2:
        return
    kept, lost = found[b % len(found)], found[c % len(found)]
    if kept.name == lost.name:
        return
    for child in ("contacts", "crmRecords"):
        for record in world.sandbox.daktela.records(child):
            if record.values.get(model.removesuffix("s")) == lost.name:
                _edited(world, record, model.removesuffix("s"), kept.name)
    world.sandbox.daktela.merge(model, kept.name, lost.name)
    world.taken.add((model, lost.name))
    world.remember(model, lost.name)
    world.remember(model, kept.name)
    for name, value in world.baseline[model, kept.name][1].items():
        _edited(world, kept, name, value)


def befriend(world: World, a: int, b: int, _c: int) -> None:
    """Somebody enters a person whom Salesforce knows too."""
    people = [row for row in rows(world, ("Contact", "Lead")[a % 2]) if row["Email"]]
    if not people:
        return
    row = people[b % len(people)]
    known = {name for _, name in world.baseline}
    name = next(name for number in itertools.count() if (name := f"contact_f{number:012x}") not in known)
    values: dict[str, Any] = {field.name: None for field in CONTACTS.fields}
    values |= {"name": name, "title": "Ručně Zadaná", "firstname": "Ručně", "lastname": "Zadaná"}
    values |= {"database": "sales", "description": "", "nps_score": 0}
    world.sandbox.daktela.store.insert(CONTACTS, values, {"email": [row["Email"].lower()]})
    world.remember("contacts", name)


def behave(world: World, a: int, b: int, _c: int) -> None:
    """Daktela is another one from now on, in one respect."""
    groups = list(DAKTELA)
    _choose(DAKTELA[groups[a % len(groups)]], b, world.sandbox.daktela.switch, EVERYDAY, world)


def behave_org(world: World, a: int, b: int, _c: int) -> None:
    """So is Salesforce."""
    groups = [name for name in SALESFORCE if name not in FROM_THE_START]
    _choose(SALESFORCE[groups[a % len(groups)]], b, world.sandbox.salesforce.switch, EVERYDAY_ORG, world)


def fail(world: World, a: int, b: int, _c: int) -> None:
    """Daktela begins to fail, in one way."""
    _choose(DAKTELA["faults"], a * 31 + b, world.sandbox.daktela.switch, EVERYDAY, world)


def calm(world: World, _a: int, _b: int, _c: int) -> None:
    """All faults end."""
    world.sandbox.daktela.switch(**CALM)
    world.sandbox.daktela.script.clear()
    world.sandbox.salesforce.switch(**CALM_ORG)


def _choose(
    choices: Sequence[Mapping[str, Any]],
    number: int,
    switch: Callable[..., None],
    defaults: Mapping[str, Any],
    world: World,
) -> None:
    everyday = {name: defaults[name] for choice in choices for name in choice}
    chosen = {name: value for name, value in choices[number % len(choices)].items() if name not in NEEDS_TIME}
    switch(**{**everyday, **{n: list(v) if isinstance(v, tuple) else v for n, v in chosen.items()}})
    world.runner.known.clear()
    world.switched.update((name, str(value)) for name, value in chosen.items())


def _somebody(world: World, a: int, b: int) -> Record | None:
    found = _by_name(world.sandbox.daktela.records(MODELS[a % 3]))
    return found[b % len(found)] if found else None


def _by_name(records: list[Record]) -> list[Record]:
    """The same order in every play: writers side by side create in any order."""
    return sorted(records, key=lambda record: record.name)


def _edited(world: World, record: Record, field: str, value: Any) -> None:
    world.edited.setdefault((record.model.name, record.name), {}).setdefault(field, []).append(value)


ACTS: dict[str, Callable[[World, int, int, int], None]] = {
    each.__name__: each for each in (edit, take_away, merge_there, befriend, behave, behave_org, fail, calm)
}
