"""The dial list of a mapping, with what the ledger remembers of the instance."""

from __future__ import annotations

from datetime import UTC, datetime

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.write.dial_list import DialList
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.mapping.model import MappingSpec

REPLACES, KEEPS = b"replaces", b"keeps"


def dial_list_of(mapping: MappingSpec, sync: str, daktela: DaktelaClient, ledger: Ledger) -> DialList | None:
    """Return the records of a mapping as a dial list, None where no dialler works on them.

    Whether a change empties what it does not name is found out once: each try may cost a record.
    """
    if not mapping.entity.is_dialled:
        return None
    key = kept_key(Kind.PUT, sync)
    known = ledger.cache.read(key)
    return DialList(
        client=daktela,
        hands_off=mapping.hands_off,
        once=mapping.once,
        replaces=None if known is None else known[0] == REPLACES,
        learned=lambda found: ledger.cache.keep(key, REPLACES if found else KEEPS, datetime.now(UTC)),
    )
