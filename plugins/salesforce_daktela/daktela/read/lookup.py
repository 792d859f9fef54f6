"""Looks up many records at once. A failed lookup is an error, never "not found"."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.search import Row, Search, fold, texts_at
from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.wire.reply import is_set

log = logging.getLogger(__name__)

WITHOUT_DATABASE = ("crmRecords", "campaignsRecords")
"""These belong to a type, not to a CRM database; Daktela refuses a filter on the database, or means another one."""

COLUMNS = ("email", "emailAuth")
"""The address for notifications has priority over the one used to sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesFound:
    """Rows by exact name, and the names that several records share: those records must not be written to."""

    rows: dict[str, Row] = field(repr=False)
    ambiguous: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Logins by case-folded e-mail address; ``ambiguous`` is how many addresses several active users share."""

    logins: Mapping[str, str] = field(repr=False)
    ambiguous: int


def find_by_names(
    client: DaktelaClient, endpoint: str, names: Sequence[str], *, fields: Sequence[str], database: str | None = None
) -> dict[str, Row]:
    """Return the rows that exist, by exact name.

    Raises DaktelaError when the lookup fails, or when two different records carry one name.
    """
    found = look_up_names(client, endpoint, names, fields=fields, database=database)
    if found.ambiguous:
        raise make_error("two records with one name", kind=ErrorKind.PROTOCOL, where=f"Daktela {endpoint}")
    return found.rows


def look_up_names(
    client: DaktelaClient, endpoint: str, names: Sequence[str], *, fields: Sequence[str], database: str | None = None
) -> NamesFound:
    """Return the rows that exist, by exact name. Names are compared here, because the server may ignore letter case.

    Raises DaktelaError when the lookup fails, or when Daktela gives rows that do not match.
    """
    wanted = set(names)
    folded = {fold(name) for name in names}
    rows: dict[str, Row] = {}
    ambiguous: set[str] = set()
    search = Search(
        client=client,
        endpoint=endpoint,
        path="name",
        fields=[*dict.fromkeys(["name", *fields])],
        database=database,
        fits=lambda row: fold(str(row.get("name"))) in folded,
    )
    for row in search.rows(names):
        name = row.get("name")
        if name in wanted and rows.setdefault(name, row) != row:
            ambiguous.add(name)
    return NamesFound(
        rows={name: row for name, row in rows.items() if name not in ambiguous}, ambiguous=frozenset(ambiguous)
    )


def find_by_match(
    client: DaktelaClient,
    endpoint: str,
    path: str,
    values: Sequence[str],
    *,
    database: str | None,
    dangling: bool = False,
) -> dict[str, list[Row]]:
    """Return the rows of one database whose field ``path`` holds one of ``values``, by value. Letter case is ignored.

    An e-mail address is found with its domain in ASCII (``xn--...``) and in its own letters.

    ``dangling`` accepts rows whose field is empty, and leaves them out: a reference to a deleted object matches the
    search, but its value is null. Raises DaktelaError when the lookup fails, or when rows lack the searched field.
    """
    scoped = database if endpoint not in WITHOUT_DATABASE else None
    fields = ["name", path] if scoped is None else ["name", "database", path]
    spelled = {value: spellings(value) for value in values}
    wanted = list(dict.fromkeys(each for several in spelled.values() for each in several))
    folded = {fold(value) for value in wanted}
    search = Search(
        client=client,
        endpoint=endpoint,
        path=path,
        fields=fields,
        database=scoped,
        fits=lambda row: _may_be_meant(texts_at(row, path, endpoint), folded, dangling),
    )
    asked: dict[str, list[str]] = {}
    for value, several in spelled.items():
        for each in dict.fromkeys(map(_exact, several)):
            asked.setdefault(each, []).append(value)
    found: dict[str, dict[str, Row]] = {}
    for row in search.rows(wanted):
        for text in texts_at(row, path, endpoint):
            for value in asked.get(_exact(text), []):
                found.setdefault(value, {})[str(row.get("name"))] = row
    return {value: list(rows.values()) for value, rows in found.items()}


def _may_be_meant(texts: Sequence[str], folded: set[str], dangling: bool) -> bool:
    return (dangling and not texts) or any(fold(text) in folded for text in texts)


def users_by_email(client: DaktelaClient) -> Users:
    """Return active users' logins by e-mail. An address that two users share in one column is left out.

    Raises DaktelaError when users cannot be read: a list without any active user lacks the token's own, and without
    a right Daktela may give an empty list instead of a refusal.
    """
    rows = list(client.list_rows("users", fields=("name", *COLUMNS, "deactivated")))
    active = [row for row in rows if not is_set(row.get("deactivated")) and isinstance(row.get("name"), str)]
    if not active:
        raise make_error(
            "lists no active user, not even that of the token",
            kind=ErrorKind.FORBIDDEN,
            where="Daktela GET users",
            advice="let the token's user read users: without them every record would lose its owner",
        )
    logins: dict[str, str] = {}
    ambiguous: set[str] = set()
    for column in COLUMNS:
        for address, owners in _claims(active, column).items():
            if len(owners) == 1:
                logins.setdefault(address, owners.pop())
            elif address not in logins:
                ambiguous.add(address)
    if ambiguous:
        log.warning("%d e-mail addresses belong to several active Daktela users and are not used", len(ambiguous))
    return Users(
        logins={address: name for address, name in logins.items() if address not in ambiguous}, ambiguous=len(ambiguous)
    )


def _claims(rows: Sequence[Mapping[str, Any]], column: str) -> dict[str, set[str]]:
    claims: dict[str, set[str]] = {}
    for row in rows:
        address = row.get(column)
        if isinstance(address, str) and address.strip():
            for spelled in spellings(address):
                claims.setdefault(_exact(spelled), set()).add(row["name"])
    return claims


def spellings(text: str) -> tuple[str, ...]:
    """A text, and if it is an e-mail address whose domain can be written in ASCII and in other letters, both forms."""
    local, at, domain = text.strip().rpartition("@")
    domain = domain.lower()
    if not at or (domain.isascii() and PREFIX not in domain):
        return (text,)
    labels = domain.split(".")
    with contextlib.suppress(UnicodeError):
        other = (".".join(map(write, labels)) for write in (_in_ascii, _in_letters))
        return tuple(dict.fromkeys((text, *(f"{local}@{each}" for each in other))))
    return (text,)


PREFIX = "xn--"


def _in_ascii(label: str) -> str:
    return label if label.isascii() else PREFIX + label.encode("punycode").decode("ascii")


def _in_letters(label: str) -> str:
    return label.removeprefix(PREFIX).encode("ascii").decode("punycode") if label.startswith(PREFIX) else label


def _exact(text: str) -> str:
    return text.strip().casefold()
