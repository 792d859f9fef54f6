"""The tasks of one mapping in a run, by step. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WORST_FIRST = (
    "failed",
    "awaiting_input",
    "upstream_failed",
    "running",
    "up_for_retry",
    "deferred",
    "queued",
    "success",
)
TONES = {"failed": "broken", "upstream_failed": "broken", "success": "active", "skipped": "paused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGroup:
    """A step. ``index`` is that of the one to open where several run side by side, else -1; ``many`` counts these."""

    task_id: str
    step: str
    state: str
    tone: str
    index: int
    many: int


def show_tasks(mapping: str, tasks: Sequence[tuple[str, int, str]]) -> tuple[TaskGroup, ...]:
    """Return the mapping's steps in the order of their names in the run; the worst state of a step counts."""
    steps: dict[str, list[tuple[int, str]]] = {}
    for task, index, state in tasks:
        if task.startswith(f"{mapping}."):
            steps.setdefault(task, []).append((index, state))
    return tuple(_group(task, found) for task, found in sorted(steps.items(), key=lambda each: _order(each[0])))


ORDER = ("extract", "transform", "plan", "compare", "approve", "load", "repair", "settle", "report")


def _order(task: str) -> tuple[int, str]:
    step = task.rpartition(".")[2]
    return ORDER.index(step) if step in ORDER else len(ORDER), step


def _group(task: str, found: list[tuple[int, str]]) -> TaskGroup:
    states = Counter(state for _, state in found)
    state = next((each for each in WORST_FIRST if states[each]), found[0][1])
    index = next(index for index, each in found if each == state)
    return TaskGroup(
        task_id=task,
        step=task.rpartition(".")[2],
        state=state or "none",
        tone=TONES.get(state, "waiting"),
        index=index,
        many=len(found),
    )
