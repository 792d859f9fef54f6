"""What belongs to a person, and where it must never be seen."""

from __future__ import annotations

import re
from typing import Any

from tests.attacks.org_acts import SOBJECTS, Rows, rows
from tests.attacks.person_acts import people
from tests.attacks.verdicts import ledger_rows
from tests.attacks.world import Listener, World

PERSONAL = (
    "FirstName",
    "LastName",
    "Email",
    "Phone",
    "MobilePhone",
    "Name",
    "BillingStreet",
    "Description",
    "Company",
    "PersonEmail",
    "PersonMobilePhone",
    "PersonHomePhone",
)
TABLES = (
    "watermarks",
    "records",
    "rejects",
    "parked",
    "rereads",
    "outcomes",
    "checkpoints",
    "parts",
    "runs",
    "schemas",
)
SHORTEST = 6
"""Shorter values stand in any log by chance."""


def take_note(world: World) -> None:
    """Remember every value that the org holds now."""
    for sobject in SOBJECTS:
        _note(world, rows(world, sobject, deleted=None))
    _note(world, people(world, deleted=None))


def _note(world: World, found: Rows) -> None:
    for row in found:
        values = (row.get(field) for field in PERSONAL)
        world.personal.update(value.strip() for value in values if isinstance(value, str))


def check_privacy(world: World, listener: Listener) -> None:
    """No value in a line of the log, in an error, or in a column of the ledger."""
    values = {value for value in world.personal if len(value) >= SHORTEST and not value.isascii() | value.isalpha()}
    values |= {value for value in world.personal if "@" in value or sum(map(str.isdigit, value)) >= SHORTEST}
    if not values:
        return
    wanted = re.compile("|".join(re.escape(value) for value in sorted(values)), re.IGNORECASE)
    places: dict[str, Any] = {"the log": listener.lines, "an error": world.errors}
    places |= {f"table {table}": [str(row) for row in ledger_rows(world, table)] for table in TABLES}
    for place, texts in places.items():
        for text in texts:
            if (found := wanted.search(text)) is not None:
                world.wrong("leaked", f"{place} shows a value of {len(found[0])} characters: {text[:300]}")
