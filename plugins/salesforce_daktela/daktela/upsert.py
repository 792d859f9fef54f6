"""One record into Daktela, exactly once, whatever becomes of the first reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient, WriteReply
from salesforce_daktela.daktela.errors import DaktelaError, ErrorKind

CREATES = 3
"""How often a create is sent when each time it turns out not to have happened."""


def create_or_settle(client: DaktelaClient, endpoint: str, payload: Mapping[str, Any]) -> WriteReply:
    """POST a record with its own name. A create of unknown fate is looked up, not repeated.

    Raises DaktelaError: ``validation`` as refused, ``unknown_fate`` when it cannot be found out.
    """
    name = str(payload["name"])
    tries = 0
    while True:
        tries += 1
        try:
            return client.create(endpoint, payload)
        except DaktelaError as exc:
            if not _may_exist(exc):
                raise
            if client.get(endpoint, name, fields=("name",)) is not None:
                return client.update(endpoint, name, _without_name(payload))
            if tries == CREATES or exc.kind is ErrorKind.VALIDATION:
                raise


def update_existing(client: DaktelaClient, endpoint: str, name: str, payload: Mapping[str, Any]) -> WriteReply:
    """PUT a record that is there. Kind ``missing`` when it is not: never re-created here."""
    return client.update(endpoint, name, payload)


def _may_exist(exc: DaktelaError) -> bool:
    """A lost reply, or a refusal of the name itself."""
    if exc.kind in (ErrorKind.UNKNOWN_FATE, ErrorKind.PROTOCOL):
        return True
    return exc.kind is ErrorKind.VALIDATION and any(found.path == "name" for found in exc.fields)


def _without_name(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != "name"}
