"""Downloads the same pages as the extract step, and drops them."""

from __future__ import annotations

from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.salesforce.client import SalesforceClient

PIECE = 1 << 20


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Read every page completely, decompressed by requests."""
    here = Deployment(order)
    job, rows = here.kept.get("job"), here.rows_per_part
    with watch.running():
        return _pages(here.salesforce, job, rows)


def _pages(client: SalesforceClient, job: str, rows: int) -> dict[str, object]:
    locator, size, pages = "", 0, 0
    while locator != "null":
        params = {"maxRecords": str(rows), **({"locator": locator} if locator else {})}
        headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
        path = f"{client.data_path}/jobs/query/{job}/results"
        with client.request("GET", path, params=params, headers=headers, stream=True) as reply:
            size += sum(len(piece) for piece in reply.iter_content(PIECE))
            locator, pages = reply.headers["Sforce-Locator"], pages + 1
    return {"bytes": size, "pages": pages}


if __name__ == "__main__":
    run_side(work)
