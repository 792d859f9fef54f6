"""simple-salesforce's ``bulk2`` as in its documentation: pages as texts, one frame of all, then Parquet."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
from simple_salesforce.api import Salesforce

from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token

PAGE = 50_000
"""Rows of a page: its default."""

SOQL = "SELECT {} FROM Contact"


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Query, make a frame, write it to a file."""
    salesforce = order["salesforce"]
    client: Any = Salesforce(instance_url=salesforce["url"], session_id=access_token(salesforce))
    with watch.running():
        pages = client.bulk2.Contact.query(SOQL.format(order["fields"]), max_records=PAGE, wait=1)
        frame = pd.concat([pd.read_csv(io.StringIO(page), low_memory=False) for page in pages], ignore_index=True)
        frame.to_parquet(Path(order["home"]) / "bulk2.parquet")
    return {"rows": len(frame)}


if __name__ == "__main__":
    run_side(work)
