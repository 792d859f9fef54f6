"""The ``sync.yaml`` of a draft: which connections and which CRM database it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.new_file import new_sync
from salesforce_daktela.mapping.editing.sync_keys import read_keys, set_keys
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.ui.connection_fields import System
from salesforce_daktela.ui.drafting import OpenDraft

CONN_ID: Mapping[System, str] = {System.SALESFORCE: "salesforce_conn_id", System.DAKTELA: "daktela_conn_id"}
USUAL = {field.name: str(field.default) for field in fields(SyncSpec) if field.name in CONN_ID.values()}
SCHEDULE = "*/15 * * * *"


def begun_sync() -> str:
    """Return the text of a new ``sync.yaml``, which lists no mapping yet."""
    limits: dict[str, Value] = {"requests_per_second": 10, "workers": 4, "reserve_api_calls": "20%"}
    return new_sync({**USUAL, "schedule": SCHEDULE, "mappings": [], "limits": limits})


def conn_ids(draft: OpenDraft) -> dict[System, str]:
    """Return the Ids of the connections of both ends."""
    said = {**USUAL, **_said(draft)}
    return {system: said[name] for system, name in CONN_ID.items()}


def database_of(draft: OpenDraft) -> str:
    """Return the CRM database that ``sync.yaml`` names, empty where it leaves it to the connection."""
    return _said(draft).get("database", "")


def timezone_of(draft: OpenDraft) -> str:
    """Return the time zone that ``sync.yaml`` names, empty where it names none."""
    return _said(draft).get("timezone", "")


def with_keys(draft: OpenDraft, version: int, values: Mapping[str, str]) -> OpenDraft:
    """Keep the draft with these keys of ``sync.yaml``; keys that say so already, or by default, are left alone.

    ``version`` is that of the draft that the page has. Raises MappingError and EditError for a file that cannot be
    changed, 409 as ``having`` does.
    """
    text = draft.texts.get(SYNC_FILE) or begun_sync()
    said = {**USUAL, **read_keys(text)}
    changed = {name: value for name, value in values.items() if said.get(name) != value}
    new = set_keys(text, changed, file=f"{draft.folder.parent.name}/{draft.sync}/{SYNC_FILE}")
    return draft.having(draft.draft.with_text(SYNC_FILE, new), version)


def _said(draft: OpenDraft) -> dict[str, str]:
    return read_keys(draft.texts.get(SYNC_FILE, ""))
