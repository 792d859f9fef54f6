"""``ledger reset``: forget a sync and start anew."""

from __future__ import annotations

import typer

from salesforce_daktela.cli.environment import Rooms
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    JsonOption,
    SyncArgument,
    YesOption,
    current_ledger,
    opened,
    print_ledger,
    spoken_of,
)
from salesforce_daktela.cli.output import print_json, print_line, print_table
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
    rooms = opened(ctx)
    ledger = current_ledger(rooms)
    _refuse_unknown(rooms, ledger, sync)
    bound = ledger.bindings.read(sync)
    refuse_while_busy(sync, ledger)
    if not yes:
        owner = "nobody" if bound is None else str(bound.ends)
        typer.echo(f"sync {sync}: its memory in the ledger at {ledger.place()} belongs to {owner}", err=True)
        typer.confirm("Forget all of it for good?", abort=True, err=True)
    rows = reset(sync, ledger, rooms.staging())
    before = None if bound is None else bound.ends.to_dict()
    if as_json:
        print_json({"sync": sync, "ledger": spoken_of(ledger), "before": before, "rows": rows})
        return True
    print_ledger(ledger)
    print_table(f"sync {sync}: deleted", ("table", "rows"), rows.items())
    print_line(
        "the next run reads everything, adopts what it finds in Daktela by name and by match, and creates the rest"
    )
    print_line(
        "objects that were deleted in Daktela are made again; runs under way stop and are cleared from preflight on"
    )
    print_line(f"what left Salesforce before now stays in Daktela until salesforce-daktela reconcile {sync} --repair")
    return True


def _refuse_unknown(rooms: Rooms, ledger: Ledger, sync: str) -> None:
    names = sorted({*ledger.bindings.syncs(), *(folder.name for folder in list_syncs(rooms.mappings_folder()))})
    if sync not in names:
        raise ConfigurationError(
            f"neither the ledger nor the mappings folder knows a sync {sync}", where="SYNC", advice=nearest(sync, names)
        )
