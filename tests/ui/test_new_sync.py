"""A sync begun on the page of all syncs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Ask
from tests.ui.watched import forget_airflow


@pytest.fixture(autouse=True)
def no_dags(emptied_airflow: None) -> None:  # noqa: ARG001 its database
    """Tests that ran before in this process may have left theirs."""
    forget_airflow()


def begin(ask: Ask, name: str, role: str = "user") -> tuple[int, dict[str, object]]:
    reply = ask(f"/syncs/{name}", role=role, method="POST", json={}, headers={"Sec-Fetch-Dest": "empty"})
    return reply.status_code, reply.json()


def test_an_empty_folder_greets_with_the_one_thing_to_do(ask: Ask, mappings: Path) -> None:
    """A name that may stay as it is, and a button."""
    page = ask("/", role="user").text
    assert "There is no sync yet" in page
    assert 'value="sales"' in page
    assert str(mappings) in page


def test_who_may_not_edit_dags_sees_which_right_is_missing(ask: Ask) -> None:
    """The button is there, and off."""
    page = ask("/", role="viewer").text
    assert "This needs the right to edit DAGs." in page
    assert " disabled>" in page
    assert "disabled>" not in ask("/", role="user").text


def test_a_name_begins_a_draft_and_nothing_is_written(ask: Ask, mappings: Path) -> None:
    """It leads to the first step."""
    status, body = begin(ask, "sales")
    assert (status, body["address"]) == (201, "/salesforce-daktela/syncs/sales/connect")
    assert list(mappings.iterdir()) == []
    assert "Draft, not saved" in ask("/syncs/sales/connect", role="user").text


def test_names_that_are_taken_or_impossible_are_refused(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Whether the other one is saved or not."""
    add_sync("sales")
    status, body = begin(ask, "sales")
    assert status == 409
    assert body["detail"] == "There is a sync of this name already. Choose another name."
    assert begin(ask, "service")[0] == 201
    assert begin(ask, "service")[0] == 201  # the answer to the first time may be lost
    named = ask("/syncs/service/database", role="user", method="PUT", json={"version": 1, "database": "support"})
    assert named.status_code == 200
    assert begin(ask, "service")[0] == 409
    assert begin(ask, "Big Name")[0] == 404


def test_a_begun_sync_says_what_it_lacks() -> None:
    """Its file is one that the loader reads: only the mappings are missing."""
    from salesforce_daktela.mapping.editing.sync_keys import read_keys
    from salesforce_daktela.ui.drafted_sync import begun_sync

    keys = read_keys(begun_sync())
    assert keys == {
        "salesforce_conn_id": "salesforce_default",
        "daktela_conn_id": "daktela_default",
        "schedule": "*/15 * * * *",
    }
