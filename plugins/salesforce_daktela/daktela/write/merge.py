"""Merges two objects into one, which Daktela cannot undo; safe to repeat by who remembers having begun it."""

from __future__ import annotations

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.daktela.write.upsert import SETTLING

CALLS = {"contacts": "mergeContacts", "accounts": "mergeAccounts"}
"""The call of each model. Nothing public describes it, and an instance may not serve it."""

NOT_SERVED = (403, 404, 405, 410, 501)
"""Statuses of an instance that does not serve the call, or not to this user."""


def merge_objects(client: DaktelaClient, model: str, names: tuple[str, str], *, begun: bool) -> str | None:
    """Merge the objects of that ``model``; return the name of the one that is left, whichever Daktela keeps.

    With ``begun`` a process may have merged them already: then the one that is there is what is left. Returns None when
    not both are there for another reason. Raises DaktelaError as Daktela refuses while both are there.
    """
    there = _present(client, model, names)
    if len(there) < len(names):
        return there[0] if begun and there else None
    try:
        return client.merge(CALLS[model], names).name
    except DaktelaError as exc:
        failure = exc
    # Whatever the reply was, it may have taken place. When only one is there, it has.
    for pause in SETTLING if failure.kind is ErrorKind.UNKNOWN_FATE else SETTLING[:1]:
        if pause:
            client.sleep(pause)
        there = _present(client, model, names)
        if len(there) == 1:
            return there[0]
    raise failure


def is_served(refusal: DaktelaError) -> bool:
    """Whether an instance that has refused to merge serves the call at all."""
    return refusal.status not in NOT_SERVED


def _present(client: DaktelaClient, model: str, names: tuple[str, str]) -> list[str]:
    return [name for name in names if client.get(model, name, fields=("name",)) is not None]
