"""simple-salesforce's ``bulk2.download``: pages of CSV into files, as they come, with nothing checked or typed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from simple_salesforce.api import Salesforce

from benchmarks.sides.bulk2 import PAGE, SOQL
from benchmarks.sides.side import Order, Watch, run_side
from benchmarks.sides.token import access_token


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Query, and download into a folder."""
    salesforce, folder = order["salesforce"], Path(order["home"]) / "csv"
    folder.mkdir(exist_ok=True)
    client: Any = Salesforce(instance_url=salesforce["url"], session_id=access_token(salesforce))
    with watch.running():
        pages = client.bulk2.Contact.download(SOQL.format(order["fields"]), str(folder), max_records=PAGE, wait=1)
    shutil.rmtree(folder)
    return {"rows": sum(page["number_of_records"] for page in pages)}


if __name__ == "__main__":
    run_side(work)
