"""The dialler and the agents at work: they take records of dial lists, and say what came of the calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.company import EMPLOYEES
from sandbox.daktela.instance import Instance
from sandbox.daktela.models import CAMPAIGNS_RECORDS
from sandbox.daktela.store import Record

NEXT: Mapping[str, tuple[str, ...]] = {
    "0": (),
    "1": ("3",),
    "2": ("3",),
    "3": ("4", "2"),
    "4": ("5", "6"),
    "5": (),
    "6": ("3",),
}
"""What follows each action: 0 not assigned, 1 ready, 2 rescheduled by the dialler, 3 in progress, 4 hung up, 5 done,
6 rescheduled by an agent."""
LATER = {"2": timedelta(hours=1), "6": timedelta(days=1)}
AGENTS = tuple(each.login for each in EMPLOYEES if each.login is not None and each.active)


def advance(instance: Instance, name: str, to: str | None = None) -> Record:
    """Take one record a step further, by chance or ``to`` an action. Raises KeyError, ValueError for no such step."""
    record = instance.get(CAMPAIGNS_RECORDS.name, name)
    if record is None:
        raise KeyError(f"there is no campaign record {name}")
    steps = NEXT[str(record.values["action"])]
    if not steps or (to is not None and to not in steps):
        allowed = " or ".join(steps) or "nothing"
        raise ValueError(f"after action {record.values['action']} comes {allowed}, not {to}")
    chosen = to or instance.random.choice(steps)
    return instance.edit(CAMPAIGNS_RECORDS.name, name, _values(instance, record, chosen))


def finish(instance: Instance, name: str) -> Record:
    """Call one record and have done with it. Raises KeyError, ValueError for one that cannot be called."""
    for action in ("3", "4", "5"):
        record = advance(instance, name, action)
    return record


def work(instance: Instance, steps: int) -> int:
    """Take so many steps with records chosen by chance; return how many there were to take."""
    for taken in range(steps):
        with instance.store.lock:
            waiting = [each for each in instance.records(CAMPAIGNS_RECORDS.name) if NEXT[str(each.values["action"])]]
            if not waiting:
                return taken
            advance(instance, instance.random.choice(waiting).name)
    return steps


def _values(instance: Instance, record: Record, action: str) -> dict[str, Any]:
    values: dict[str, Any] = {"action": action}
    if action == "3":
        call = f"{instance.random.getrandbits(64):016x}"
        values |= {"user": instance.random.choice(AGENTS), "call_id": call, "activity": f"activity_{call}"}
    if action in LATER:
        values["nextcall"] = (instance.now() + LATER[action]).strftime("%Y-%m-%d %H:%M:%S")
    if action == "5":
        values["statuses"] = [*(record.values["statuses"] or ()), "reached"]
    return values
