"""``replay``: try open rejects again now, without waiting for the end of their backoff."""

from __future__ import annotations

from typing import Annotated

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

CodesOption = Annotated[list[str] | None, typer.Option("--code", help="Only rejects with this reason; repeatable.")]
IdsOption = Annotated[list[str] | None, typer.Option("--id", help="Only this record; repeatable.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask, whatever the plan says.")]


@exits
def replay(
    ctx: typer.Context,
    sync: SyncOption = None,
    mapping: MappingOption = None,
    code: CodesOption = None,
    id_: IdsOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> bool:
    """Read open rejects again from Salesforce and load them; the watermark stays where it is.

    Ends with 1 when a record is still rejected, when the plan was declined, or when the run has failed.
    """
    environment = opened(ctx)
    asked = {"mode": "replay", "codes": code or None, "ids": id_ or None}
    results = run_chosen(environment, sync, mapping, asked, yes=yes)
    answer = {"replays": [answer_of(name, done) for name, done in results]}
    print_answer(current_ledger(environment), answer, lambda: _show(results), as_json=as_json)
    return not any(done.declined or done.report.failure or done.report.outcomes.get("rejected") for _, done in results)


def _show(results: list[tuple[str, MappingResult]]) -> None:
    rows = [(name, d.report.mapping, outcome, n) for name, d in results for outcome, n in d.report.outcomes.items()]
    if rows:
        print_table("replayed", ("sync", "mapping", "outcome", "records"), rows)
    elif not any(done.declined for _, done in results):
        print_line("nothing was replayed: no open reject is what was asked for; `rejects` lists them")
    for name, done in results:
        if done.report.not_found:
            print_line(f"sync {name}: not found in Salesforce: {', '.join(done.report.not_found)}")
        if done.declined:
            print_line(f"sync {name}, mapping {done.report.mapping}: declined, nothing was written")
    print_failures(results)
