"""This project's extract step in one process: in Airflow it gives its place up while a Bulk job runs."""

from __future__ import annotations

import time

from benchmarks.sides.begin import POLL
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Read the window into Parquet files."""
    here = Deployment(order)
    extractor = here.extractor
    job_id = extractor.begin()
    while job_id is not None and extractor.running(job_id):
        time.sleep(POLL)
    extraction = extractor.finish()
    here.keep_extraction(extraction)
    return {"rows": extraction.extracted}


if __name__ == "__main__":
    run_side(work)
