"""simple-salesforce's ``bulk2.download``: pages straight into CSV files."""

from __future__ import annotations

from typing import Any

from simple_salesforce.api import Salesforce

from benchmarks.sides.race.soql import query
from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Query and download."""
    salesforce = order["salesforce"]
    client: Any = Salesforce(instance_url=salesforce["url"], session_id=access_token(salesforce))
    pages = client.bulk2.Contact.download(query(order), path=order["home"], wait=1)
    return {"rows": sum(page["number_of_records"] for page in pages)}


if __name__ == "__main__":
    run_side(work)
