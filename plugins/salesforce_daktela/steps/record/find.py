"""Find the record that somebody means by an Id, a name in Daktela, or the address of a page of either system."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.salesforce.wire.ids import is_id, typed_id

UPDATE = "update"
"""Daktela's word before the name in the address of a record's page."""


def find_record(ledger: Ledger, spec: SyncSpec, text: str) -> str | None:
    """Return the 18-character Id of the record that a text means; None where it means none.

    A name in Daktela is looked up in the ledger; one that the ledger does not know is read by the mapping's key.
    """
    id_ = id_in(text)
    if id_ is not None:
        return id_
    name = name_in(text)
    for mapping in spec.mappings if name else ():
        entry = ledger.records.by_name(spec.name, mapping.name, [name]).get(name)
        if entry is not None:
            return entry.id
    made = (_made_of(mapping, name) for mapping in spec.mappings)
    return next((id_ for id_ in made if id_ is not None), None)


def id_in(text: str) -> str | None:
    """Return the Id that a text is, or that an address of Salesforce holds: Lightning, classic or a query."""
    for word in _words(text.strip()):
        # Words of addresses may have the length of an Id: records' Ids hold digits.
        if is_id(word) and any(letter.isdigit() for letter in word):
            return typed_id(word)
    return None


def name_in(text: str) -> str:
    """Return the name that a text is, or that an address of Daktela ends with."""
    text = text.strip()
    if not _is_address(text):
        return text
    pieces = [unquote(piece) for piece in _split(text).path.split("/") if piece]
    if UPDATE in pieces[:-1]:
        return pieces[pieces.index(UPDATE) + 1]
    return pieces[-1] if pieces else ""


def _words(text: str) -> list[str]:
    if not _is_address(text):
        return [text]
    address = _split(text)
    queried = [value for _, value in parse_qsl(address.query)]
    return [unquote(piece) for piece in (*address.path.split("/"), *queried, *address.fragment.split("/"))]


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def _is_address(text: str) -> bool:
    return "/" in text


def _made_of(mapping: MappingSpec, name: str) -> str | None:
    """The Id in a name that the mapping's key makes of an Id alone."""
    if sum(not isinstance(piece, str) for piece in mapping.key.pieces) != 1:
        return None
    pattern = "".join(re.escape(piece) if isinstance(piece, str) else "(.+)" for piece in mapping.key.pieces)
    found = re.fullmatch(pattern, name)
    return id_in(found[1]) if found else None
