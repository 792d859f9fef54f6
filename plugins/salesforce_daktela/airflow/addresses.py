"""Addresses that a connection of Airflow gives in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from airflow.sdk import Connection

SCHEMES = ("http", "https")

HEADERS = "headers"
"""The extra of a connection of type http that is no part of its address."""


def with_port(host: str, port: int | None) -> str:
    """Return an address with the port of its connection, behind the host and before a path."""
    if not host or not port:
        return host
    scheme, slashes, rest = host.rpartition("://")
    name, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{name}:{port}{slash}{path}"


def web_address(connection: Connection) -> str:
    """Return the address of a connection, with ``https://`` where it names no scheme.

    Of a connection that is a URI, Airflow keeps the path as the schema and the query as extras; the schema of any other
    is its scheme.
    """
    host, schema = connection.host or "", connection.schema or ""
    of_uri = schema not in ("", *SCHEMES)
    named = connection.conn_type if of_uri or connection.conn_type == "https" else schema
    scheme = "" if "://" in host else f"{named if named in SCHEMES else 'https'}://"
    place = with_port(f"{scheme}{host}", connection.port)
    if not of_uri:
        return place
    query = urlencode({name: value for name, value in connection.extra_dejson.items() if name != HEADERS})
    return f"{place.rstrip('/')}/{schema}{'?' if query else ''}{query}"
