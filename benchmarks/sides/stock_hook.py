"""Airflow's SalesforceHook as in its documentation: all records by REST, then one frame."""

from __future__ import annotations

import json
import os

from airflow.providers.salesforce.hooks.salesforce import SalesforceHook

from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token

SOQL = "SELECT {} FROM Contact"


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Query and make a frame."""
    salesforce = order["salesforce"]
    extra = {"instance_url": salesforce["url"]}
    os.environ["AIRFLOW_CONN_BENCHMARK"] = json.dumps({"conn_type": "salesforce", "extra": extra})
    hook = SalesforceHook("benchmark", session_id=access_token(salesforce))
    with watch.running():
        found = hook.make_query(SOQL.format(order["fields"]))
        frame = hook.object_to_df(found["records"])
    return {"rows": len(frame)}


if __name__ == "__main__":
    run_side(work)
