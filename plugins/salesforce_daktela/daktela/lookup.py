"""Find out in bulk what Daktela has. A lookup that failed is never "not found"."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.filters import Condition, chunks

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Daktela logins by case-folded e-mail address; ``ambiguous`` addresses belong to several active users."""

    logins: Mapping[str, str]
    ambiguous: int


def find_by_names(
    client: DaktelaClient, endpoint: str, names: Sequence[str], *, fields: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the rows that exist, by exact name. The server may fold letter case, so names are compared here.

    Raises DaktelaError when the lookup fails, or when two rows carry one name.
    """
    wanted = set(names)
    found: dict[str, dict[str, Any]] = {}
    for chunk in chunks(list(dict.fromkeys(names))):
        for row in _rows(client, endpoint, "name", chunk, fields, ()):
            name = row.get("name")
            if name not in wanted:
                continue
            if name in found:
                raise make_error("two records with one name", kind=ErrorKind.PROTOCOL, where=f"Daktela {endpoint}")
            found[name] = row
    return found


def find_by_match(
    client: DaktelaClient, endpoint: str, path: str, values: Sequence[str], *, database: str | None
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one database whose field ``path`` holds one of ``values``, by value, letter case aside."""
    scope = () if database is None else (Condition("database", "eq", database),)
    found: dict[str, list[dict[str, Any]]] = {}
    for chunk in chunks(list(dict.fromkeys(values))):
        for row in _rows(client, endpoint, path, chunk, ("name", path), scope):
            held = {value.casefold() for value in _texts(row, path)}
            for value in chunk:
                if value.casefold() in held:
                    found.setdefault(value, []).append(row)
    return found


def users_by_email(client: DaktelaClient) -> Users:
    """Return active users' logins by e-mail: the notification address first, then the one used to sign in."""
    rows = list(client.list_rows("users", fields=("name", "email", "emailAuth", "deactivated")))
    active = [row for row in rows if str(row.get("deactivated")).casefold() not in ("1", "true")]
    logins: dict[str, str] = {}
    ambiguous: set[str] = set()
    for column in ("email", "emailAuth"):
        claims: dict[str, set[str]] = {}
        for row in active:
            if isinstance(row.get(column), str) and row[column].strip():
                claims.setdefault(row[column].strip().casefold(), set()).add(str(row["name"]))
        for address, owners in claims.items():
            if len(owners) > 1:
                ambiguous.add(address)
            elif address not in ambiguous:
                logins.setdefault(address, owners.pop())
    if ambiguous:
        log.warning("%d e-mail addresses belong to several active Daktela users and are not used", len(ambiguous))
    return Users(
        logins={address: name for address, name in logins.items() if address not in ambiguous}, ambiguous=len(ambiguous)
    )


def _rows(
    client: DaktelaClient,
    endpoint: str,
    path: str,
    values: list[str],
    fields: Sequence[str],
    scope: tuple[Condition, ...],
) -> list[dict[str, Any]]:
    """Ask for all values at once; where the address is too long for this server, for each half."""
    try:
        return list(client.list_rows(endpoint, fields=fields, where=(Condition(path, "in", values), *scope)))
    except DaktelaError as exc:
        if exc.status not in (400, 414, 431) or len(values) == 1:
            raise
    middle = len(values) // 2
    halves = (values[:middle], values[middle:])
    return [row for half in halves for row in _rows(client, endpoint, path, half, fields, scope)]


def _texts(row: Mapping[str, Any], path: str) -> list[str]:
    value: Any = row
    for piece in path.split("."):
        value = value.get(piece) if isinstance(value, Mapping) else None
    if value is None and path in row:
        value = row[path]
    listed = value if isinstance(value, list) else [value]
    return [str(item) for item in listed if item is not None]
