"""Options that every verb spells alike, and what they choose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from salesforce_daktela.cli.environment import Rooms
from salesforce_daktela.cli.output import print_line
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import list_syncs, load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import nearest

SyncOption: TypeAlias = Annotated[str | None, typer.Option("--sync", help="One sync; all of them when left out.")]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="JSON on stdout instead of tables.")]
MappingOption: TypeAlias = Annotated[str | None, typer.Option("--mapping", help="One mapping; all when left out.")]
SyncArgument: TypeAlias = Annotated[str, typer.Argument(metavar="SYNC", help="The folder's name.")]
YesOption: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
IdArgument: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="A Salesforce Id, 15 or 18 characters.")]


def opened(ctx: typer.Context) -> Rooms:
    """The rooms of this invocation, opened once."""
    rooms: Rooms = ctx.obj()
    return rooms


def chosen_folders(rooms: Rooms, sync: str | None) -> list[Path]:
    """The folder of one sync, or of all. Raises ConfigurationError for a name that no folder has."""
    folders = list_syncs(rooms.mappings_folder())
    if sync is None:
        return folders
    names = [folder.name for folder in folders]
    if sync not in names:
        raise ConfigurationError(f"there is no sync {sync}", where="--sync", advice=nearest(sync, names))
    return [folders[names.index(sync)]]


def chosen_syncs(rooms: Rooms, sync: str | None) -> list[SyncSpec]:
    """The checked syncs. Raises MappingError for the first that does not load."""
    return [load_sync(folder, transforms_folder=rooms.transforms_folder()) for folder in chosen_folders(rooms, sync)]


def current_ledger(rooms: Rooms) -> Ledger:
    """The ledger, brought up to date as every task does."""
    ledger = rooms.ledger()
    ledger.upgrade()
    return ledger


def spoken_of(ledger: Ledger) -> dict[str, str]:
    """Which ledger an answer speaks of: its own Id, and its place without a password."""
    return {"identity": ledger.bindings.identity(), "place": ledger.place()}


def print_ledger(ledger: Ledger) -> None:
    """Say which ledger an answer speaks of."""
    print_line(f"ledger {ledger.bindings.identity()} at {ledger.place()}")
