"""``ledger reset``: delete what the ledger remembers of a sync."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    SyncArgument,
    YesOption,
    current_ledger,
    opened,
    print_answer,
)
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import list_syncs
from salesforce_daktela.mapping.problems import nearest
from salesforce_daktela.steps.preflight.rebind import refuse_while_busy, reset


@exits
def reset_memory(ctx: typer.Context, sync: SyncArgument, yes: YesOption = False, as_json: JsonOption = False) -> bool:
    """Delete all that the ledger remembers of a sync, and its staged parts; neither system is touched.

    The next run reads everything, finds what Daktela holds already by name and by `match`, and doubles nothing. The
    sync need not have a folder any more.
    """
    environment = opened(ctx)
    ledger = current_ledger(environment)
    _refuse_unknown(environment, ledger, sync)
    bound = ledger.bindings.read(sync)
    refuse_while_busy(sync, ledger)
    if not yes:
        owner = "nobody" if bound is None else str(bound.ends)
        typer.echo(f"sync {sync}: its memory in the ledger at {ledger.place()} belongs to {owner}", err=True)
        typer.confirm("Forget all of it for good?", abort=True, err=True)
    rows = reset(sync, ledger, environment.staging(), *environment.former_staging())
    before = None if bound is None else bound.ends.to_dict()
    print_answer(ledger, {"sync": sync, "before": before, "rows": rows}, lambda: _show(sync, rows), as_json=as_json)
    return True


def _show(sync: str, rows: Mapping[str, int]) -> None:
    print_table(f"sync {sync}: deleted", ("table", "rows"), rows.items())
    print_line(
        "the next run reads everything, adopts what it finds in Daktela by name and by match, and creates the rest"
    )
    print_line(
        "objects that were deleted in Daktela are made again; runs under way stop and are cleared from preflight on"
    )
    print_line(f"what left Salesforce before now stays in Daktela until salesforce-daktela reconcile {sync} --repair")


def _refuse_unknown(environment: Environment, ledger: Ledger, sync: str) -> None:
    remembered = ledger.bindings.syncs()
    if sync in remembered:
        return  # also where no folder is left
    names = sorted({*remembered, *(folder.name for folder in list_syncs(environment.mappings_folder()))})
    if sync not in names:
        raise ConfigurationError(
            f"neither the ledger nor the mappings folder knows a sync {sync}", where="SYNC", advice=nearest(sync, names)
        )
