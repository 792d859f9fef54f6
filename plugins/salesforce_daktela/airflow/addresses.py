"""Addresses that a connection of Airflow gives in pieces."""

from __future__ import annotations


def with_port(host: str, port: int | None) -> str:
    """Return an address with the port of its connection, behind the host and before a path."""
    if not host or not port:
        return host
    scheme, slashes, rest = host.rpartition("://")
    name, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{name}:{port}{slash}{path}"
