"""The extract step from a finished Bulk job, or from a query, to published parts."""

from __future__ import annotations

import benchmarks.sides.extract_task  # noqa: F401 first, for what it does
from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Store references to the parts."""
    load_what_tasks_load(order)
    here = Deployment(order)
    extractor = here.extractor
    with watch.running():
        extraction = extractor.finish()
    here.keep_extraction(extraction)
    return {
        "rows": extraction.extracted,
        "parts": len(extraction.parts),
        "bytes": sum(p.size for p in extraction.parts),
    }


if __name__ == "__main__":
    run_side(work)
