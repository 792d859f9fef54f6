"""Single keys of a sync.yaml, read and set."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.mapping.editing.new_file import new_sync
from salesforce_daktela.mapping.editing.sync_keys import read_keys, set_keys
from salesforce_daktela.mapping.problems import MappingError

SHIPPED = (Path(__file__).resolve().parents[3] / "include" / "mappings" / "default" / "sync.yaml").read_text()


def test_a_key_that_is_there_gets_its_value_and_nothing_else_changes() -> None:
    """Comments, order and quotes stay."""
    assert set_keys(SHIPPED, {"database": "support"}) == SHIPPED.replace("database: sales", "database: support")


def test_a_value_that_is_there_already_changes_nothing() -> None:
    """Also when it is the only one that was asked for."""
    assert set_keys(SHIPPED, {"database": "sales"}) == SHIPPED


def test_new_keys_come_where_a_reader_looks_for_them() -> None:
    """Connections, then the database, then the rest."""
    text = new_sync({"salesforce_conn_id": "sf", "mappings": []})
    made = set_keys(text, {"database": "sales", "daktela_conn_id": "dk"})
    assert [line.partition(":")[0] for line in made.splitlines()] == [
        "salesforce_conn_id",
        "daktela_conn_id",
        "database",
        "mappings",
    ]


def test_texts_that_look_like_something_else_come_back_as_texts() -> None:
    """A database may be called 0123 or yes."""
    for name in ("0123", "yes", "null", "a: b", "# x", "ř'\""):
        assert read_keys(set_keys(SHIPPED, {"database": name}))["database"] == name


def test_single_values_are_read_also_where_others_are_wrong() -> None:
    """Lists and levels below are not single values, and null says nothing."""
    assert read_keys("database: ~\nsalesforce_conn_id: sf\nmappings: [a]\nlimits: {workers: many}\n") == {
        "salesforce_conn_id": "sf"
    }


def test_a_file_that_is_no_yaml_has_no_keys_and_is_not_changed() -> None:
    """Its problem is told with its line."""
    assert read_keys("a: [") == {}
    with pytest.raises(MappingError, match=r"sync\.yaml:1"):
        set_keys("a: [", {"database": "sales"}, file="sync.yaml")
