"""Reads the payload parts and drops them."""

from __future__ import annotations

from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Read all columns, part after part."""
    here = Deployment(order)
    payloads, rows = here.kept.parts("payloads"), 0
    with watch.running():
        for part in payloads:
            rows += here.store.read_part(part).num_rows
    return {"rows": rows}


if __name__ == "__main__":
    run_side(work)
