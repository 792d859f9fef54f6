"""``ledger rebind``: the same data under a new address."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from salesforce_daktela.cli.environment import Rooms
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    SyncArgument,
    YesOption,
    chosen_syncs,
    current_ledger,
    opened,
    print_ledger,
    spoken_of,
)
from salesforce_daktela.cli.output import print_json, print_line, print_table
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
    rooms = opened(ctx)
    (spec,) = chosen_syncs(rooms, sync)
    ledger = current_ledger(rooms)
    bound = ledger.bindings.read(spec.name)
    met, evidence = _look(rooms, spec)
    refuse_other_data(spec.name, evidence, met)
    changed = bound is None or bound.ends != met
    if changed:
        if not yes:
            _ask(None if bound is None else bound.ends, met, evidence)
        rebind(spec.name, ledger, met, bound)
    answer = {
        "sync": spec.name,
        "ledger": spoken_of(ledger),
        "before": None if bound is None else bound.ends.to_dict(),
        "now": met.to_dict(),
        "changed": changed,
        "looked_for": [asdict(each) for each in evidence],
    }
    if as_json:
        print_json(answer)
    else:
        print_ledger(ledger)
        _show(answer, met)
    return True


def _look(rooms: Rooms, spec: SyncSpec) -> tuple[Ends, tuple[Evidence, ...]]:
    salesforce, limits = rooms.salesforce(spec.salesforce_conn_id), spec.limits
    daktela = rooms.daktela(
        spec.daktela_conn_id, sync=spec.name, requests_per_second=limits.requests_per_second, workers=limits.workers
    )
    database = choose_database(spec, rooms.daktela_database(spec.daktela_conn_id), daktela)
    met = ends_of(salesforce, daktela, database)
    return met, look_for_memory(spec, salesforce, daktela, current_ledger(rooms))


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
