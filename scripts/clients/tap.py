"""The Singer tap for Salesforce, as its readme shows: discover, select, sync, sync on from a bookmark."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from scripts.clients.installed import python_client
from scripts.clients.running import Start, write_json

KEY = "SystemModstamp"


class Tap:
    """The tap with its configuration, reading by REST; every call is a process of its own."""

    def __init__(self, start: Start, home: Path, config: dict[str, Any]) -> None:
        settings = {**config, "api_type": "REST", "select_fields_by_default": True}
        self._start, self._home = start, home
        given = write_json(home / "config.json", settings)
        self._command = [str(python_client("tap") / "tap-salesforce"), "--config", given]

    def discovered(self) -> dict[str, Any]:
        """Every stream of the org."""
        found: dict[str, Any] = json.loads("\n".join(self._start([*self._command, "--discover"])))
        return found

    def sync(self, properties: dict[str, Any], state: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
        """The Ids of the selected streams, and the last state."""
        more = ["--state", write_json(self._home / "state.json", state)] if state else []
        given = ["--properties", write_json(self._home / "properties.json", properties)]
        ids, last = [], state
        for line in self._start([*self._command, *given, *more]):
            message = json.loads(line)
            if message["type"] == "RECORD":
                ids.append(message["record"]["Id"])
            if message["type"] == "STATE":
                last = message["value"]
        return ids, last


def selected(properties: dict[str, Any], name: str, fields: Collection[str] = ()) -> dict[str, Any]:
    """The catalogue with one stream chosen, to be read from its bookmark on; all its fields, or these."""
    for stream in properties["streams"]:
        if stream["tap_stream_id"] == name:
            for entry in stream["metadata"]:
                _select(entry["metadata"], entry["breadcrumb"], fields)
    return properties


def _select(metadata: dict[str, Any], breadcrumb: list[str], fields: Collection[str]) -> None:
    if not breadcrumb:
        metadata |= {"selected": True, "replication-method": "INCREMENTAL", "replication-key": KEY}
        return
    readable = metadata.get("inclusion") != "unsupported"
    metadata["selected"] = readable and (not fields or breadcrumb[-1] in fields)
