"""Writes one record to Daktela exactly once, even if a reply is lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.write.read_back import differences
from salesforce_daktela.mapping.once import with_once

log = logging.getLogger(__name__)

Update: TypeAlias = Callable[[str, Mapping[str, Any]], "WriteResult"]
"""Changes a record of that name."""

CREATES = 3
"""How often a create is sent if each time the record turns out not to exist."""

SETTLING = (0.0, 2.0, 5.0)
"""Seconds before each lookup of a record whose create got no clear reply: Daktela may commit it late."""

CREATED = 201


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """A record as Daktela holds it now; ``created`` if it did not exist before this write."""

    record: dict[str, Any] = field(repr=False)
    created: bool

    @property
    def name(self) -> str:
        """The record's unique name."""
        return str(self.record["name"])


def create_or_settle(
    client: DaktelaClient,
    endpoint: str,
    payload: Mapping[str, Any],
    *,
    once: Mapping[str, Any] | None = None,
    update: Update | None = None,
    creates: int = CREATES,
) -> WriteResult:
    """POST a record under its name. After a create of unknown fate the record is looked up; the POST is not repeated.

    A record that exists already is changed with ``update``, by PUT if that is left out. ``payload`` is what it should
    hold then; ``once`` is sent with a create and neither compared nor sent again. ``creates`` is how often a create is
    sent if each time the record turns out not to exist.
    Raises DaktelaError: ``validation`` if Daktela refuses, ``unknown_fate`` if the fate cannot be found out,
    ``renamed`` if Daktela has created a record under another name, and none under this one.
    """
    tries, unclear = 0, False
    change = update or (lambda name, changes: update_existing(client, endpoint, name, changes))
    while True:
        tries += 1
        try:
            written = client.create(endpoint, payload if once is None else with_once(payload, once))
        except DaktelaError as exc:
            if not _may_exist(exc):
                raise
            failure = exc
        else:
            return _complete(change, payload, written.record, exact=written.status == CREATED, created=True)
        unknown = failure.kind is ErrorKind.UNKNOWN_FATE
        unclear = unclear or unknown
        present = _look_up_created(client, endpoint, payload, failure)
        renamed = failure.kind is ErrorKind.PROTOCOL
        if renamed:
            log.warning("%s", failure)
        if present is None and (tries >= creates or not unknown):
            raise _renamed(failure) if renamed else failure
        if present is not None:
            return _complete(change, payload, present, exact=False, created=unclear)


def _look_up_created(
    client: DaktelaClient, endpoint: str, payload: Mapping[str, Any], failure: DaktelaError
) -> dict[str, Any] | None:
    """Return the record that a create without a success has left, or found; None where there is none.

    Nor is a deleted one that keeps its name: it is shown when it is asked for, not listed, and takes no change.
    """
    if failure.kind is ErrorKind.UNKNOWN_FATE:
        return _look_up(client, endpoint, payload, failure, SETTLING)
    present = _look_up(client, endpoint, payload, failure, SETTLING[:1])
    return present if present is not None and client.lists(endpoint, str(payload["name"])) else None


def update_existing(client: DaktelaClient, endpoint: str, name: str, payload: Mapping[str, Any]) -> WriteResult:
    """PUT an existing record; if Daktela does not confirm it, or never answers, read it back.

    Raises DaktelaError: ``missing`` if it does not exist; it is not created again.
    """
    try:
        return WriteResult(record=client.update(endpoint, name, payload).record, created=False)
    except DaktelaError as exc:
        if not _may_be_changed(exc):
            raise
        failure = exc
    try:
        present = _look_up(client, endpoint, {"name": name, **payload}, failure, SETTLING[:1])
    except DaktelaError as exc:
        # A 500 counts as the record's own fault, and this one is the lookup's.
        raise failure if exc.status == 500 else exc from None
    if present is None:
        raise make_error("no longer exists", kind=ErrorKind.MISSING, where=f"Daktela {endpoint}")
    if not _holds(present, payload):
        raise failure
    return WriteResult(record=present, created=False)


def _complete(
    change: Update, payload: Mapping[str, Any], record: dict[str, Any], *, exact: bool, created: bool
) -> WriteResult:
    """Accept a record that is ``exact`` or holds everything that was sent; else send it by PUT."""
    if exact or _holds(record, payload):
        return WriteResult(record=record, created=created)
    changes = {key: value for key, value in payload.items() if key != "name"}
    return WriteResult(record=change(str(payload["name"]), changes).record, created=created)


def _look_up(
    client: DaktelaClient, endpoint: str, payload: Mapping[str, Any], failure: DaktelaError, pauses: tuple[float, ...]
) -> dict[str, Any] | None:
    """Look the record up after each pause. If the lookup is refused, raise ``failure``: the fate stays unknown."""
    for pause in pauses:
        if pause:
            client.sleep(pause)
        try:
            present = client.get(endpoint, str(payload["name"]), fields=list(payload))
        except DaktelaError as exc:
            if exc.kind is ErrorKind.VALIDATION:
                raise failure from exc
            raise
        if present is not None:
            return present
    return None


def _holds(record: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    return payload.keys() <= record.keys() and not differences(payload, record)


def _renamed(failure: DaktelaError) -> DaktelaError:
    return make_error(failure.what, kind=ErrorKind.RENAMED, where=failure.where, status=failure.status)


def _may_be_changed(exc: DaktelaError) -> bool:
    """Whether an update may have taken place: it was not confirmed, or Daktela takes longer than a program before it
    waits, each time. A 500 is Daktela's own, and a refusal of the rate changes nothing.
    """
    return exc.kind is ErrorKind.UNKNOWN_FATE or (exc.kind is ErrorKind.UNAVAILABLE and exc.status != 500)


def _may_exist(exc: DaktelaError) -> bool:
    """Whether the record may exist: after a lost reply, another record's reply, or a refusal of the name."""
    if exc.kind is ErrorKind.UNKNOWN_FATE:
        return True
    if exc.kind is ErrorKind.PROTOCOL:
        return exc.status is not None and 200 <= exc.status < 300
    named = [found.path for found in exc.fields if found.path]
    return exc.kind is ErrorKind.VALIDATION and (not named or "name" in named)
