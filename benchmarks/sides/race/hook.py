"""Airflow's SalesforceHook as in its documentation: a query, and its records in a CSV file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from airflow.providers.salesforce.hooks.salesforce import SalesforceHook

from benchmarks.sides.race.soql import query
from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Query, and write the file."""
    salesforce = order["salesforce"]
    extra = {"instance_url": salesforce["url"]}
    os.environ["AIRFLOW_CONN_BENCHMARK"] = json.dumps({"conn_type": "salesforce", "extra": extra})
    hook = SalesforceHook("benchmark", session_id=access_token(salesforce))
    records = hook.make_query(query(order))["records"]
    hook.write_object_to_file(records, str(Path(order["home"]) / "contacts.csv"))
    return {"rows": len(records)}


if __name__ == "__main__":
    run_side(work)
