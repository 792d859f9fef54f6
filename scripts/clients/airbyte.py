"""Airbyte's Salesforce source, as its platform runs it: discover, read with a catalogue, read on from a state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.clients.installed import python_client
from scripts.clients.running import Start, write_json


class Airbyte:
    """The source with its configuration for some objects; every call is a process of its own."""

    def __init__(self, start: Start, home: Path, config: dict[str, Any], objects: Sequence[str]) -> None:
        criteria = [{"criteria": "exacts", "value": name} for name in objects]
        self._start, self._home, self._objects = start, home, objects
        self._program = str(python_client("airbyte") / "source-salesforce")
        given = {**config, "auth_type": "Client", "streams_criteria": criteria}
        self._config = write_json(home / "config.json", given)

    def messages(self, verb: str, *more: str) -> Iterator[dict[str, Any]]:
        """What it writes, message by message."""
        for line in self._start([self._program, verb, "--config", self._config, *more]):
            yield json.loads(line)

    def catalog(self) -> str:
        """The streams it found, each to be read from where it was left; gives the file."""
        found = next(each["catalog"] for each in self.messages("discover") if each["type"] == "CATALOG")
        chosen = [
            {
                "stream": stream,
                "sync_mode": "incremental",
                "destination_sync_mode": "append",
                "cursor_field": stream["default_cursor_field"],
            }
            for stream in found["streams"]
            if stream["name"] in self._objects
        ]
        return write_json(self._home / "catalog.json", {"streams": chosen})

    def read(self, catalog: str, state: list[Any]) -> tuple[dict[str, list[str]], list[Any]]:
        """The Ids of each object, and the last state of each."""
        more = ["--state", write_json(self._home / "state.json", state)] if state else []
        ids: dict[str, list[str]] = {name: [] for name in self._objects}
        states = {}
        for each in self.messages("read", "--catalog", catalog, *more):
            if each["type"] == "RECORD":
                ids[each["record"]["stream"]].append(each["record"]["data"]["Id"])
            if each["type"] == "STATE":
                states[each["state"]["stream"]["stream_descriptor"]["name"]] = each["state"]
        return ids, list(states.values())
