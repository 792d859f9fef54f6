"""``forget``: after an erasure request, remove the record from the ledger and staging, and give a receipt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import (
    IdArgument,
    JsonOption,
    SyncOption,
    chosen_folders,
    chosen_syncs,
    current_ledger,
    opened,
)
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.salesforce.wire.ids import typed_id
from salesforce_daktela.steps.record.forget import Presence, forget_record, forget_remembered, presence
from salesforce_daktela.steps.record.receipt import receipt as receipt_of
from salesforce_daktela.steps.record.receipt import refuse_foreign

PresentOption = Annotated[
    bool,
    typer.Option(
        "--even-if-present", help="Also when Salesforce still has it: the next run that reads it creates it again."
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
ReceiptOption = Annotated[Path | None, typer.Option("--receipt", help="Write the receipt to this file, too.")]


@exits
def forget(
    ctx: typer.Context,
    id_: IdArgument,
    sync: SyncOption = None,
    even_if_present: PresentOption = False,
    yes: YesOption = False,
    receipt: ReceiptOption = None,
    as_json: JsonOption = False,
) -> bool:
    """Remove one record from the ledger and from staged parts, for good, and give a receipt without its Id.

    Ends with 1 when Salesforce still has the record, and nothing was removed, or when Daktela still has it.
    """
    environment = opened(ctx)
    record = typed_id(id_)
    specs = chosen_syncs(environment, sync)
    ledger = current_ledger(environment)
    for spec in specs:
        _refuse_foreign(environment, spec, ledger)
    if not even_if_present and not _all_gone(environment, specs, record):
        return False
    if not yes:
        typer.confirm("Forget this record for good?", abort=True, err=True)
    former = _without_folder(environment, ledger) if sync is None else []
    names = _names(specs, ledger, record)
    written = _forgotten(environment, specs, former, ledger, record)
    if receipt is not None:
        _write(receipt, written)
    if as_json:
        print_json(written)
    else:
        _show(written)
    _tell_what_is_left(written, names, err=as_json)
    return not any(removed["in_daktela"] for removed in written["syncs"])


def _refuse_foreign(environment: Environment, spec: SyncSpec, ledger: Ledger) -> None:
    salesforce, daktela = environment.salesforce(spec.salesforce_conn_id), environment.daktela(spec)
    database = environment.daktela_database(spec.daktela_conn_id)
    refuse_foreign(spec, salesforce, daktela, ledger, database=database)


def _all_gone(environment: Environment, specs: list[SyncSpec], record: str) -> bool:
    holding = [
        spec.name
        for spec in specs
        if presence(spec, environment.salesforce(spec.salesforce_conn_id), record) is Presence.PRESENT
    ]
    for name in holding:
        typer.echo(
            f"sync {name}: Salesforce still has this record, so the next run that reads it would create it again: "
            "delete it there first, or add --even-if-present",
            err=True,
        )
    return not holding


def _without_folder(environment: Environment, ledger: Ledger) -> list[str]:
    """Syncs that the ledger still remembers, and whose folders were renamed or deleted."""
    names = {folder.name for folder in chosen_folders(environment, None)}
    return [sync for sync in ledger.bindings.syncs() if sync not in names]


def _names(specs: list[SyncSpec], ledger: Ledger, record: str) -> dict[tuple[str, str], str]:
    """The names of the record's objects by sync and mapping: that of an adopted one is known to nobody afterwards."""
    return {
        (spec.name, mapping.name): entry.name
        for spec in specs
        for mapping in spec.mappings
        for entry in ledger.records.read(spec.name, mapping.name, [record]).values()
    }


def _tell_what_is_left(written: dict[str, Any], names: dict[tuple[str, str], str], *, err: bool) -> None:
    """The receipt holds no names, because ours are made of Ids; whoever has typed the Id may see them."""
    for removed in written["syncs"]:
        for mapping in removed["in_daktela"]:
            name = names.get((removed["sync"], mapping), "")
            typer.echo(
                f"mapping {mapping}: Daktela still has its object{f' {name}' if name else ''}: erase it there", err=err
            )


def _forgotten(
    environment: Environment, specs: list[SyncSpec], former: list[str], ledger: Ledger, record: str
) -> dict[str, Any]:
    removed = []
    stores = (environment.staging(), *environment.former_staging())
    for spec in specs:
        daktela = environment.daktela(spec)
        salesforce = environment.salesforce(spec.salesforce_conn_id)
        removed.append(forget_record(spec, salesforce, daktela, ledger, *stores, id_=record))
    for sync in former:
        found = forget_remembered(sync, ledger, *stores, id_=record)
        removed += [found] if found.ledger or found.files else []
    return receipt_of(ledger, record, removed)


def _write(path: Path, written: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(written, indent=2, default=str) + "\n", encoding="utf-8")
    except OSError as exc:
        raise ConfigurationError(
            f"the record is forgotten, but the receipt cannot be written ({type(exc).__name__})",
            where=f"--receipt {path}",
            advice="give another file and repeat: nothing is left to remove, so use --json for what remains to be said",
        ) from exc


def _show(written: dict[str, Any]) -> None:
    print_line(f"ledger {written['ledger']['identity']} at {written['ledger']['place']}")
    print_line(f"receipt {written['digest']} of {written['at']}")
    for removed in written["syncs"]:
        rows = [(row["mapping"], f"ledger: {row['what']}", row["rows"]) for row in removed["ledger"]]
        rows += [("", "staged files", len(removed["files"]))]
        print_table(f"sync {removed['sync']}: removed", ("mapping", "what", "count"), rows)
        print_line(f"Salesforce: {removed['salesforce']}")
