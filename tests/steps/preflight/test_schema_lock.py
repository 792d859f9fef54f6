"""The lock file beside the mappings."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.preflight.schema_lock import LOCK, read_lock, write_lock
from salesforce_daktela.steps.run.mapping_snapshot import read_snapshot
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema, Side

SEEN = {
    "contacts": {
        Side.SALESFORCE: SeenSchema(of="Contact", fields={"Name": SeenField(type="string", length=80)}),
        Side.DAKTELA: SeenSchema(of="contacts of sales", fields={"title": SeenField(type="TEXT", values=("á",))}),
    }
}


def test_a_lock_reads_back(tmp_path: Path) -> None:
    """What was agreed to is what later runs compare with."""
    write_lock(tmp_path, SEEN)
    assert read_lock(tmp_path) == SEEN


def test_without_a_lock_there_is_nothing_agreed(tmp_path: Path) -> None:
    """Then the last run counts."""
    assert read_lock(tmp_path) == {}


def test_a_lock_is_stable(tmp_path: Path) -> None:
    """Sorted whatever the order in which fields were seen, readable, a line each, ending in one."""
    fields = {"B": SeenField(type="string"), "A": SeenField(type="string")}
    turned = dict(reversed(fields.items()))
    texts = [
        write_lock(tmp_path, {"a": {Side.SALESFORCE: SeenSchema(of="Á", fields=given)}}).read_text("utf-8")
        for given in (fields, turned)
    ]
    assert texts[0] == texts[1]
    assert '"Á"' in texts[0]
    assert texts[0].endswith("}\n")


def test_a_lock_does_not_change_the_sync(tmp_path: Path) -> None:
    """A run under way goes on, and no run reads everything because of it."""
    before = read_snapshot(tmp_path, tmp_path).version
    write_lock(tmp_path, SEEN)
    assert read_snapshot(tmp_path, tmp_path).version == before


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff", b'{"version": 2, "mappings": {}}', b'{"version": 1, "mappings": []}',
        b'{"version": 1, "mappings": {"a": {"oracle": {"of": "A", "fields": {}}}}}',
        b'{"version": 1, "mappings": {"a": {"daktela": {"of": "A", "fields": {"b": {}}}}}}',
        b'{"version": 1, "mappings": {"a": {"daktela": {"of": "A", "fields": {"b": "TEXT"}}}}}',
        b"[" * 100_000,
    ],
    ids=["empty", "list", "no version", "no text", "newer", "no mappings", "side", "no type", "bare type", "deep"],
)  # fmt: skip
def test_a_broken_lock_is_refused(tmp_path: Path, content: bytes) -> None:
    """With the file and what to do: comparing with half a lock would hide changes."""
    (tmp_path / LOCK).write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"schema\.lock\.json.*from Git"):
        read_lock(tmp_path)
