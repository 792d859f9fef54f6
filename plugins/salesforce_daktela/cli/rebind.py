"""``ledger rebind``: bind a sync's memory to the same data under a new address."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    SyncArgument,
    YesOption,
    chosen_syncs,
    current_ledger,
    opened,
    print_answer,
)
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.preflight.destination import choose_database
from salesforce_daktela.steps.preflight.ledger_binding import ends_of
from salesforce_daktela.steps.preflight.rebind import Evidence, look_for_memory, rebind, refuse_other_data
from salesforce_daktela.sync.binding import Ends


@exits
def rebind_memory(ctx: typer.Context, sync: SyncArgument, yes: YesOption = False, as_json: JsonOption = False) -> bool:
    """Say that what the ledger remembers of a sync is about what the connections answer now.

    Right for the same data under a new address: a moved Daktela instance, a renamed CRM database. Some of the
    remembered records are looked for; where none is found it is refused.
    """
    environment = opened(ctx)
    (spec,) = chosen_syncs(environment, sync)
    ledger = current_ledger(environment)
    bound = ledger.bindings.read(spec.name)
    met, evidence = _look(environment, spec)
    refuse_other_data(spec.name, evidence, met)
    changed = bound is None or bound.ends != met
    if changed:
        if not yes:
            _ask(None if bound is None else bound.ends, met, evidence)
        rebind(spec.name, ledger, met, bound)
    answer = {
        "sync": spec.name,
        "before": None if bound is None else bound.ends.to_dict(),
        "now": met.to_dict(),
        "changed": changed,
        "looked_for": [asdict(each) for each in evidence],
    }
    print_answer(ledger, answer, lambda: _show(answer, met), as_json=as_json)
    return True


def _look(environment: Environment, spec: SyncSpec) -> tuple[Ends, tuple[Evidence, ...]]:
    salesforce = environment.salesforce(spec.salesforce_conn_id)
    daktela = environment.daktela(spec)
    database = choose_database(spec, environment.daktela_database(spec.daktela_conn_id), daktela)
    met = ends_of(salesforce, daktela, database)
    return met, look_for_memory(spec, salesforce, daktela, current_ledger(environment))


def _ask(before: Ends | None, met: Ends, evidence: tuple[Evidence, ...]) -> None:
    typer.echo(f"before: {before or 'never said'}\nnow:    {met}", err=True)
    for each in evidence:
        typer.echo(
            f"{each.mapping}: of {each.asked} remembered records Salesforce has {each.in_salesforce}, "
            f"Daktela {each.in_daktela}",
            err=True,
        )
    typer.confirm("Is this the same data under a new address?", abort=True, err=True)


def _show(answer: dict[str, Any], met: Ends) -> None:
    columns = ("mapping", "asked", "in_salesforce", "in_daktela")
    rows = [[row[column] for column in columns] for row in answer["looked_for"]]
    print_table("remembered records that were looked for", columns, rows)
    if not answer["changed"]:
        print_line(f"sync {answer['sync']}: its memory belongs to {met} already, nothing was changed")
        return
    print_line(f"sync {answer['sync']}: its memory now belongs to {met}")
    print_line("the next run goes on from its watermark; runs under way stop and are cleared from preflight on")
    print_line(f"to compare both sides whole: salesforce-daktela reconcile {answer['sync']}")
