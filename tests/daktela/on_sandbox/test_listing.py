"""Everything of one CRM database, however the instance lists."""

from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.read.listing import list_objects
from sandbox.daktela.instance import Instance
from tests.daktela.on_sandbox.examples import contact


@pytest.mark.parametrize(
    "switches",
    [
        pytest.param({}, id="as usual"),
        pytest.param({"data_shape": "map", "total": "absent"}, id="a map without total"),
        pytest.param({"ignored_filters": True}, id="filters are ignored"),
        pytest.param({"ignored_filters": True, "selected_reference": "object"}, id="references as objects"),
    ],
)
def test_records_of_another_database_are_left_out(
    daktela: Instance, client: DaktelaClient, switches: dict[str, Any]
) -> None:
    """Also where Daktela does not filter; the fields that were asked for come along."""
    daktela.reset(empty=True)
    daktela.switch(**switches)
    for number in range(1, 4):
        client.create("contacts", contact(f"ours_{number}"))
    other = next(found.name for found in daktela.records("crmDatabases") if found.name != "sales")
    model = daktela.records("contacts")[0].model
    daktela.store.insert(model, {**daktela.records("contacts")[0].values, "name": "theirs", "database": other})
    rows = list(list_objects(client, "contacts", fields=["lastname"], scope=("database", "sales")))
    assert [(row["name"], row["lastname"]) for row in rows] == [(f"ours_{n}", "Nováková") for n in range(1, 4)]
    everybody = list_objects(client, "contacts", fields=["lastname"], scope=None)
    assert [row["name"] for row in everybody] == ["ours_1", "ours_2", "ours_3", "theirs"]
