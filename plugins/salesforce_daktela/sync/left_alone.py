"""Why a record of a dial list was left as it is, although Salesforce has changed or lost it."""

from __future__ import annotations

from enum import StrEnum


class LeftAlone(StrEnum):
    """The reason, which is also the code in reports and the name of the note that counts it."""

    HANDS_OFF = "hands_off"
    """Its action is one that the mapping leaves alone."""
    DONE = "list_done"
    """It is through, and deleting it would lose what came of it."""
    REPLACES = "list_replaces"
    """A change empties what it does not name on this instance, and the dialler may take the record at any moment."""
    EMPTIED = "list_emptied"
    """The change that showed this: the record has lost what the dialler needs, and nobody calls it."""
