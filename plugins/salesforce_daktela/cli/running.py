"""What ``plan``, ``replay`` and ``reconcile`` share: a run in this process, and its answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.options import chosen_syncs, current_ledger, refuse_unknown_mapping
from salesforce_daktela.cli.output import print_line
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.local.run import LocalRun, MappingResult
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.sync.request import RunRequest, parse_request


class Parse(Protocol):
    """Makes a request from parameters."""

    def __call__(self, params: Mapping[str, object], *, known_mappings: tuple[str, ...]) -> RunRequest:
        """Raises ConfigurationError for parameters that contradict each other."""


def run_chosen(
    environment: Environment, sync: str | None, mapping: str | None, asked: Mapping[str, object], *, yes: bool
) -> list[tuple[str, MappingResult]]:
    """Run every chosen sync that has the mapping; return sync and result. Raises ConfigurationError if none has it."""
    runs = chosen_runs(environment, sync, mapping, asked, parse_request, yes=yes)
    return [(run.spec.name, done) for run in runs for done in run.run()]


def chosen_runs(
    environment: Environment,
    sync: str | None,
    mapping: str | None,
    asked: Mapping[str, object],
    parse: Parse,
    *,
    yes: bool,
) -> list[LocalRun]:
    """A run of every chosen sync that has the mapping, not yet started. Raises ConfigurationError if none has it."""
    specs = chosen_syncs(environment, sync)
    refuse_unknown_mapping(specs, mapping)
    having = [spec for spec in specs if mapping is None or mapping in [found.name for found in spec.mappings]]
    params = {**asked, "mappings": None if mapping is None else [mapping]}
    return [_local(environment, spec, params, parse, yes=yes) for spec in having]


def answer_of(sync: str, done: MappingResult) -> dict[str, Any]:
    """One mapping's result as JSON."""
    return {
        "sync": sync,
        **done.report.to_dict(),
        "plan": done.plan.to_dict(),
        "sample": list(done.sample),
        "declined": done.declined,
    }


def print_failures(results: list[tuple[str, MappingResult]]) -> None:
    """Say why mappings have failed, as the log of their task in Airflow does."""
    for name, done in results:
        if done.report.failure:
            print_line(f"sync {name}, mapping {done.report.mapping}: {done.report.failure}")


def agreed(*, yes: bool) -> Callable[[MappingPlan], bool]:
    """Return what answers a plan that needs approval: the person at the terminal, or always yes with ``yes``."""
    return (lambda _: True) if yes else _ask


def _local(
    environment: Environment, spec: SyncSpec, params: Mapping[str, object], parse: Parse, *, yes: bool
) -> LocalRun:
    return LocalRun(
        spec=spec,
        request=parse(params, known_mappings=tuple(found.name for found in spec.mappings)),
        run_id=f"terminal__{uuid.uuid4().hex[:12]}",
        salesforce=environment.salesforce(spec.salesforce_conn_id),
        daktela=environment.daktela(spec),
        ledger=current_ledger(environment),
        store=environment.staging(),
        database=environment.daktela_database(spec.daktela_conn_id),
        transforms=load_project_transforms(environment.transforms_folder()),
        agrees=agreed(yes=yes),
    )


def _ask(plan: MappingPlan) -> bool:
    typer.echo(f"{plan.mapping}:\n{plan.table()}", err=True)
    return typer.confirm("Go on?", err=True)
