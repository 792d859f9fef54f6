"""simple-salesforce's ``query_all``, and Python's own CSV writer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from simple_salesforce.api import Salesforce

from benchmarks.sides.race.soql import query
from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Query, and write the file."""
    salesforce = order["salesforce"]
    client: Any = Salesforce(instance_url=salesforce["url"], session_id=access_token(salesforce))
    records = client.query_all(query(order))["records"]
    with (Path(order["home"]) / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, order["fields"].split(", "), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)
    return {"rows": len(records)}


if __name__ == "__main__":
    run_side(work)
