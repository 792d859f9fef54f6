"""``plan``: what would the next run do?"""

from __future__ import annotations

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    MappingOption,
    SyncOption,
    current_ledger,
    opened,
    print_answer,
)
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.cli.running import answer_of, print_failures, run_chosen
from salesforce_daktela.steps.local.run import MappingResult


@exits
def plan(
    ctx: typer.Context, sync: SyncOption = None, mapping: MappingOption = None, as_json: JsonOption = False
) -> bool:
    """Carry out the next run without its writes: outcomes, a sample of changes, requests on both sides.

    The sample shows values of records, to whoever types this and nobody else.
    """
    environment = opened(ctx)
    results = run_chosen(environment, sync, mapping, {"mode": "plan"}, yes=False)
    answer = {"plans": [answer_of(name, done) for name, done in results]}
    print_answer(current_ledger(environment), answer, lambda: _show(results), as_json=as_json)
    return not any(done.report.failure for _, done in results)


def _show(results: list[tuple[str, MappingResult]]) -> None:
    for sync, done in results:
        _show_mapping(sync, done)
    print_failures(results)


def _show_mapping(sync: str, done: MappingResult) -> None:
    found = done.plan
    title = f"sync {sync}, mapping {found.mapping}"
    if found.counts:
        print_table(f"{title}: a run would now", ("outcome", "records"), sorted(found.counts.items()))
    else:
        print_line(f"{title}: nothing to do, no record would be read")
    if done.sample:
        columns = ("id", "field", "before", "after")
        print_table(f"{title}: sample of changes", columns, [[row[name] for name in columns] for row in done.sample])
    calls = "unknown" if found.salesforce_calls is None else found.salesforce_calls
    print_line(f"requests: about {found.daktela_calls} to Daktela, {calls} to Salesforce")
    for reason in found.would_ask:
        print_line(f"it would ask first: {reason}")
