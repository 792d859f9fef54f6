"""``ledger``: show the ledger's version and contents, and upgrade it before a deployment."""

from __future__ import annotations

from typing import Any

import typer

from salesforce_daktela.cli.exits import exits
from salesforce_daktela.cli.options import JsonOption, opened
from salesforce_daktela.cli.output import print_json, print_line, print_table
from salesforce_daktela.ledger.ledger import Ledger

ledger_app = typer.Typer(help="The memory of what Daktela accepted.", no_args_is_help=True, rich_markup_mode=None)


@ledger_app.command("status")
@exits
def status(ctx: typer.Context, as_json: JsonOption = False) -> bool:
    """Show version, place, rows and watermarks; changes nothing. Ends with 1 when it has to be upgraded."""
    found = _status(opened(ctx).ledger())
    _show(found, as_json=as_json)
    return bool(found["version"] == found["known_version"])


@ledger_app.command("upgrade")
@exits
def upgrade(ctx: typer.Context, as_json: JsonOption = False) -> bool:
    """Create or change the tables; every run does the same by itself. Safe to repeat."""
    ledger = opened(ctx).ledger()
    before = ledger.overview.version().found
    ledger.upgrade()
    found = {"version_before": before, **_status(ledger)}
    _show(found, as_json=as_json)
    return True


def _status(ledger: Ledger) -> dict[str, Any]:
    version = ledger.overview.version()
    return {
        "place": ledger.place(),
        "identity": ledger.bindings.identity(),
        "version": version.found,
        "known_version": version.known,
        "belongs": [
            {"sync": sync, **bound.ends.to_dict(), "since": bound.since}
            for sync, bound in ledger.bindings.read_all().items()
        ],
        "rows": ledger.overview.count_rows(),
        "watermarks": [
            {"sync": sync, "mapping": mapping, "until": until}
            for sync, mapping, until in ledger.overview.all_watermarks()
        ],
    }


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_line(f"ledger {found['identity'] or 'without tables'} at {found['place']}")
    if "version_before" in found and found["version_before"] != found["version"]:
        print_line(f"upgraded from version {found['version_before']} to {found['version']}")
    else:
        print_line(f"version {found['version']}, this program's is {found['known_version']}")
    columns = ("sync", "organization", "instance", "database", "since")
    print_table("whose memory it is", columns, [[row[column] for column in columns] for row in found["belongs"]])
    print_table("rows", ("table", "rows"), found["rows"].items())
    print_table(
        "watermarks", ("sync", "mapping", "until"), [(w["sync"], w["mapping"], w["until"]) for w in found["watermarks"]]
    )
