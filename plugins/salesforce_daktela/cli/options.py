"""Options that are the same for every verb, and the syncs that they choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from salesforce_daktela.cli.environment import Environment
from salesforce_daktela.cli.output import print_json, print_line
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


def opened(ctx: typer.Context) -> Environment:
    """The environment of this invocation, opened once."""
    environment: Environment = ctx.obj()
    return environment


def chosen_folders(environment: Environment, sync: str | None) -> list[Path]:
    """The folder of one sync, or of all. Raises ConfigurationError for a name that no folder has."""
    folders = list_syncs(environment.mappings_folder())
    if sync is None:
        return folders
    names = [folder.name for folder in folders]
    if sync not in names:
        raise ConfigurationError(f"there is no sync {sync}", where="--sync", advice=nearest(sync, names))
    return [folders[names.index(sync)]]


def chosen_syncs(environment: Environment, sync: str | None) -> list[SyncSpec]:
    """The checked syncs. Raises MappingError for the first that does not load."""
    return [
        load_sync(folder, transforms_folder=environment.transforms_folder())
        for folder in chosen_folders(environment, sync)
    ]


def refuse_unknown_mapping(specs: Iterable[SyncSpec], mapping: str | None) -> None:
    """Raise ConfigurationError for a mapping that none of the syncs has."""
    names = sorted({found.name for spec in specs for found in spec.mappings})
    if mapping is not None and mapping not in names:
        raise ConfigurationError(f"there is no mapping {mapping}", where="--mapping", advice=nearest(mapping, names))


def current_ledger(environment: Environment) -> Ledger:
    """The ledger, upgraded first."""
    ledger = environment.ledger()
    ledger.upgrade()
    return ledger


def named_ledger(ledger: Ledger) -> dict[str, str]:
    """Which ledger an answer is about: its own Id, and its place without a password."""
    return {"identity": ledger.bindings.identity(), "place": ledger.place()}


def print_answer(ledger: Ledger, answer: Mapping[str, Any], show: Callable[[], None], *, as_json: bool) -> None:
    """Print an answer and the ledger it is about: as one JSON document, or as a line and then what ``show`` prints."""
    if as_json:
        print_json({"ledger": named_ledger(ledger), **answer})
    else:
        print_line(f"ledger {ledger.bindings.identity()} at {ledger.place()}")
        show()
