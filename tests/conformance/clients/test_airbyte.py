"""Airbyte's Salesforce source, as its platform runs it: discover, read with a catalogue, read on from a state."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.testing import Sandbox
from tests.conformance.clients.conftest import Run
from tests.conformance.clients.installed import python_client
from tests.conformance.salesforce.test_simple_salesforce import kept

pytestmark = pytest.mark.clients

OBJECTS = ("Contact", "User", "Nastaveni__c")
Write = Callable[[str, Any], str]


class Airbyte:
    """The source with its configuration; every call is a process of its own."""

    def __init__(self, run: Run, file: Write, config: dict[str, Any]) -> None:
        criteria = [{"criteria": "exacts", "value": name} for name in OBJECTS]
        self._run, self._file = run, file
        self._program = str(python_client("airbyte") / "source-salesforce")
        self._config = file("config.json", {**config, "auth_type": "Client", "streams_criteria": criteria})

    def messages(self, verb: str, *more: str) -> list[dict[str, Any]]:
        """What it writes, message by message."""
        return [
            json.loads(line) for line in self._run([self._program, verb, "--config", self._config, *more]).splitlines()
        ]

    def catalog(self) -> str:
        """The streams it found, each to be read from where it was left."""
        found = next(each["catalog"] for each in self.messages("discover") if each["type"] == "CATALOG")
        chosen = [
            {
                "stream": stream,
                "sync_mode": "incremental",
                "destination_sync_mode": "append",
                "cursor_field": stream["default_cursor_field"],
            }
            for stream in found["streams"]
            if stream["name"] in OBJECTS
        ]
        return self._file("catalog.json", {"streams": chosen})

    def read(self, catalog: str, state: list[Any]) -> tuple[dict[str, list[str]], list[Any]]:
        """The Ids of each object, and the last state of each."""
        more = ["--state", self._file("state.json", state)] if state else []
        messages = self.messages("read", "--catalog", catalog, *more)
        ids: dict[str, list[str]] = {name: [] for name in OBJECTS}
        for each in messages:
            if each["type"] == "RECORD":
                ids[each["record"]["stream"]].append(each["record"]["data"]["Id"])
        states = [each["state"] for each in messages if each["type"] == "STATE"]
        return ids, list({each["stream"]["stream_descriptor"]["name"]: each for each in states}.values())


def test_airbyte_reads_everything_then_what_changed(
    sandbox: Sandbox, run: Run, file: Write, config: dict[str, Any], asked: Callable[[], list[str]]
) -> None:
    """By Bulk 2.0, the bin with it; from its state on it reads the one record that was changed."""
    airbyte = Airbyte(run, file, config)
    assert [each["connectionStatus"]["status"] for each in airbyte.messages("check") if "connectionStatus" in each] == [
        "SUCCEEDED"
    ]
    catalog = airbyte.catalog()
    full, state = airbyte.read(catalog, [])
    whole = {"Contact": kept(sandbox, "Contact", deleted=True), "Nastaveni__c": kept(sandbox, "Nastaveni__c")}
    whole["User"] = {row["Id"] for row in sandbox.salesforce.records.read("User")}
    assert {name: sorted(ids) for name, ids in full.items()} == {name: sorted(ids) for name, ids in whole.items()}
    assert any("jobs/query" in path for path in asked())
    changed = sorted(kept(sandbox, "Contact"))[0]
    sandbox.salesforce.records.update("Contact", changed, {"Title": "Jednatelka"})
    assert airbyte.read(catalog, state)[0] == {"Contact": [changed], "User": [], "Nastaveni__c": []}
