"""Daktela's side of a mapping: the fields of one CRM model in one database, as far as discovery could see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from salesforce_daktela.mapping.model import Entity

CUSTOM_FIELDS = "customFields"
"""The object of a record that holds its custom fields, each a list of texts."""

REQUIRED: Mapping[Entity, tuple[str, ...]] = {
    Entity.CONTACTS: ("title", "lastname"),
    Entity.ACCOUNTS: ("title",),
    Entity.CRM_RECORDS: ("type", "title", "stage"),
    Entity.CAMPAIGNS_RECORDS: ("record_type",),
}
"""Fields that Daktela asks for in every write."""


DIALLED = ("action", "nextcall")
"""Fields of campaign records that belong to the dialler from their creation on."""
IN_PROGRESS, HUNG_UP, DONE = 3, 4, 5
"""Values of ``action``: a call under way, a call that ended and has no result yet, a record that is through."""
ACTIONS: Mapping[int, str] = {
    0: "Not assigned",
    1: "Ready",
    2: "Rescheduled by the dialler",
    3: "In progress",
    4: "Hung up",
    5: "Done",
    6: "Rescheduled by an agent",
}
FIRST_ACTIONS = {str(number): title for number, title in ACTIONS.items() if number not in (IN_PROGRESS, HUNG_UP)}
"""What a record may begin with: nobody is on the phone yet."""


class Provenance(StrEnum):
    """How a field was discovered, most reliable first."""

    STANDARD = "standard"
    RECORD = "record"
    POOL = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetField:
    """One writable Daktela field. ``path`` is ``title`` or ``customFields.email``; ``type`` is Daktela's own word.

    ``max_length`` is characters, None where no limit is documented. ``options`` are the values a select field offers,
    keyed by value, each with its title.
    """

    path: str
    type: str = "TEXT"
    title: str = ""
    multiple: bool = False
    required: bool = False
    max_length: int | None = None
    options: Mapping[str, str] | None = None
    provenance: Provenance = Provenance.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSchema:
    """The known fields of one entity. ``complete`` is False when custom fields could not be listed.

    In an incomplete schema an unknown custom field is a warning, in a complete one a mistake.
    """

    entity: str
    fields: Mapping[str, TargetField]
    complete: bool
