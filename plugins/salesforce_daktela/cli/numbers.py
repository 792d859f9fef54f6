"""``numbers``: whom would a call or a message find?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import JsonOption, SyncArgument, opened, print_answer
from salesforce_daktela.cli.output import print_line, print_table
from salesforce_daktela.cli.running import chosen_runs
from salesforce_daktela.steps.local.numbers import NumberCount
from salesforce_daktela.sync.readiness import Listed, Readiness
from salesforce_daktela.sync.request import RunRequest, reconcile_request


@exits
def numbers(ctx: typer.Context, sync: SyncArgument, as_json: JsonOption = False) -> bool:
    """Read all contacts and accounts of one sync and tell whom calls would find; changes neither system.

    Numbers and addresses of several records, numbers that nobody can dial, records without any, accounts without a
    contact. Names Ids and no values, and keeps what it tells in the ledger, for the page.
    """
    (run,) = chosen_runs(opened(ctx), sync, None, {}, _request, yes=False)
    found = NumberCount(run=run).count()
    run.ledger.number_counts.save(sync, found.to_dict(), datetime.now(UTC))
    print_answer(run.ledger, {"sync": sync, **found.to_dict()}, lambda: _show(sync, found), as_json=as_json)
    return True


def _request(params: Mapping[str, object], *, known_mappings: tuple[str, ...]) -> RunRequest:
    """It reads as a comparison does; naming the mappings keeps it from taking over one that waits for calls."""
    return reconcile_request({**params, "mappings": list(known_mappings)}, known_mappings=known_mappings)


def _show(sync: str, found: Readiness) -> None:
    for model, share in found.recognised.items():
        told = "no record" if share is None else f"{share:.1%} of calls would be recognised"
        print_line(f"{model}: {told}")
    print_table(
        f"sync {sync}: numbers and addresses",
        ("mapping", "records", "with a number", "with an address", "with one nobody can dial", "with neither"),
        [
            (m.mapping, m.records, m.with_number, m.with_address, _told(m.undialled), _told(m.unreachable))
            for m in found.mappings
        ],
    )
    print_line(f"accounts without a contact: {_told(found.accounts_alone)}")
    print_line(f"shared by several records: {found.shared_numbers} numbers, {found.shared_addresses} addresses")
    print_table(
        f"sync {sync}: the most shared",
        ("what", "model", "records", "some of them"),
        [(g.kind, g.model, g.records, ", ".join(f"{mapping} {id_}" for mapping, id_ in g.ids)) for g in found.shared],
    )


def _told(found: Listed) -> str:
    return f"{found.records}: {', '.join(found.ids)}" if found.ids else str(found.records)
