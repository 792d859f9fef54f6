"""``lock``: accept both schemas as they are now."""

from __future__ import annotations

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import JsonOption, SyncOption, chosen_syncs, opened
from salesforce_daktela.cli.output import print_json, print_line
from salesforce_daktela.steps.preflight.lock import lock_schemas


@exits
def lock(ctx: typer.Context, sync: SyncOption = None, as_json: JsonOption = False) -> bool:
    """Write each sync's schema lock file anew; from then on runs tell what differs from it."""
    environment = opened(ctx)
    written = []
    for spec in chosen_syncs(environment, sync):
        daktela = environment.daktela(spec)
        database = environment.daktela_database(spec.daktela_conn_id)
        path = lock_schemas(spec, environment.salesforce(spec.salesforce_conn_id), daktela, database=database)
        written.append({"sync": spec.name, "file": str(path)})
    if as_json:
        print_json({"locks": written})
    else:
        for row in written:
            print_line(f"sync {row['sync']}: wrote {row['file']}; commit it")
    return True
