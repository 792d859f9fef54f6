"""A run of a DAG whose tasks are carried out one by one, in whatever order its edges allow."""

from __future__ import annotations

import contextlib
import copy
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from airflow.sdk import DAG
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.xcom_arg import PlainXComArg

from salesforce_daktela.airflow.dag_ids import kept_run
from salesforce_daktela.airflow.releases import AirflowSkipException, DownstreamTasksSkipped

RETURNED = "return_value"
DONE = {"success", "skipped", "failed"}


def orders(dag: DAG, *, count: int, seed: int) -> Iterator[list[str]]:
    """Orders of all tasks that the DAG's edges allow, at random; the first two favour parents and children."""
    dice = random.Random(seed)  # noqa: S311  the same again from the same seed
    names = [task.task_id for task in dag.tasks]
    chooses: list[Callable[[Sequence[str]], str]] = [min, max, *[dice.choice] * (count - 2)]
    for choose in chooses:
        order: list[str] = []
        while len(order) < len(names):
            free = [name for name in names if name not in order and dag.get_task(name).upstream_task_ids <= set(order)]
            order.append(choose(free))
        yield order


def each_way(dag: DAG) -> Iterator[list[str]]:
    """Orders that together run every two tasks which no edge orders in both ways."""
    names = [task.task_id for task in dag.topological_sort()]
    before: dict[str, set[str]] = {}
    for name in names:
        above = dag.get_task(name).upstream_task_ids
        before[name] = above.union(*(before[each] for each in above))
    missing = {
        (one, other)
        for one, other in itertools.permutations(names, 2)
        if one not in before[other] and other not in before[one]
    }
    for early in names:
        if not any(one == early for one, _ in missing):
            continue
        order = [name for name in names if name in before[early]] + [early]
        while len(order) < len(names):
            free = [name for name in names if name not in order and before[name] <= set(order)]
            order.append(max(free, key=lambda name: sum(one == name and other not in order for one, other in missing)))
        missing -= set(itertools.combinations(order, 2))
        yield order


@dataclass(slots=True)
class SteppedRun:
    """What Airflow keeps of one run: states and what tasks leave for each other. The tasks themselves are the DAG's."""

    dag: DAG
    run_id: str
    conf: Mapping[str, Any]
    states: dict[str, str] = field(default_factory=dict)
    raised: dict[str, BaseException] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    left: dict[tuple[str, str], Any] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    max_tries: int = 4
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    skipped: set[str] = field(default_factory=set)
    events: Any = field(default_factory=lambda: _Events())

    @property
    def kept(self) -> str:
        """The run's id in ledger and staging."""
        return kept_run(self.dag.dag_id, self.run_id)

    def carry_out(self, order: Sequence[str]) -> None:
        """Run tasks one after the other, as their trigger rules have it."""
        for name in order:
            self.left = {key: value for key, value in self.left.items() if key[0] != name}
            self.states[name] = self._outcome(name)

    def clear_all(self) -> None:
        """What somebody does who clears the whole run: each task has as many tries again as at first."""
        self.tries = {name: self.tries.get(name, 1) + 1 for name in self.states}
        self.max_tries += 1

    def clear(self, name: str) -> list[str]:
        """Tasks of the same mapping from ``name`` on, in order: what somebody clears who mends one mapping."""
        own = [task for task in self.dag.topological_sort() if task.task_id.startswith(name.partition(".")[0])]
        ids = [task.task_id for task in own]
        return ids[ids.index(name) :]

    def _outcome(self, name: str) -> str:
        task = self.dag.get_task(name)
        before = {self.states[each] for each in task.upstream_task_ids}
        assert before <= DONE
        if name in self.skipped:
            return "skipped"
        if task.trigger_rule != "all_done" and "failed" in before:
            return "failed"
        if task.trigger_rule == "all_success" and "skipped" in before:
            return "skipped"
        try:
            return self._execute(name, task)
        except AirflowSkipException as exc:
            self.said[name] = str(exc)
            return "skipped"
        except DownstreamTasksSkipped as exc:
            self.skipped.update(str(task) for task in exc.tasks)
            return "success"
        except Exception as exc:  # noqa: BLE001  whatever a task raises is its failure
            self.raised[name] = exc
            return "failed"

    def _execute(self, name: str, task: Any) -> str:
        if isinstance(task, MappedOperator):
            expanded: dict[str, Any] = dict(task._get_specified_expand_input().value)  # type: ignore[arg-type]
            ((argument, source),) = expanded.items()
            parts = self.left.get((source.operator.task_id, RETURNED)) or []
            results: list[Any] = []
            for part in parts:
                with contextlib.suppress(AirflowSkipException):
                    results.append(self._carried_out(task.unmap({argument: part}), name))
            self.left[name, RETURNED] = results
            return "success" if results else "skipped"
        operator = copy.copy(task)
        for argument in operator.template_fields:
            value = getattr(operator, argument)
            if isinstance(value, PlainXComArg):
                setattr(operator, argument, self.left.get((value.operator.task_id, value.key)))
        self.left[name, RETURNED] = self._carried_out(operator, name)
        return "success"

    def _carried_out(self, operator: Any, name: str) -> Any:
        context = self._context(name)
        result = operator.execute(context)
        operator.post_execute(context, result)
        return result

    def _context(self, name: str) -> Any:
        params = {key: self.dag.params[key] for key in self.dag.params}
        return {
            "ti": _Instance(self, name),
            "run_id": self.run_id,
            "params": {**params, **self.conf},
            "dag_run": SimpleNamespace(
                start_date=self.started, run_after=self.started, run_type="manual", conf=self.conf
            ),
            "outlet_events": self.events,
        }


@dataclass(slots=True)
class _Events:
    """Events of assets, by their names: Airflow 3.1's assets cannot be keys."""

    by_name: dict[str, SimpleNamespace] = field(default_factory=dict)

    def __getitem__(self, asset: Any) -> SimpleNamespace:
        return self.by_name.setdefault(asset.name, SimpleNamespace())


@dataclass(slots=True)
class _Instance:
    run: SteppedRun
    task_id: str

    @property
    def max_tries(self) -> int:
        return self.run.max_tries

    @property
    def try_number(self) -> int:
        return self.run.tries.get(self.task_id, 1)

    @property
    def dag_id(self) -> str:
        return self.run.dag.dag_id

    @property
    def run_id(self) -> str:
        return self.run.run_id

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        assert (dag_id, run_ids) == (self.dag_id, [self.run_id])
        return {self.run_id: {name: state for name, state in self.run.states.items() if name in task_ids}}

    def xcom_push(self, key: str, value: Any) -> None:
        self.run.left[self.task_id, key] = value

    def xcom_pull(self, task_ids: str | list[str], key: str = RETURNED) -> Any:
        if isinstance(task_ids, str):
            return self.run.left.get((task_ids, key))
        return [self.run.left.get((name, key)) for name in task_ids]
