"""The load step, part after part in one process, into a Daktela that answers at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import benchmarks.sides.arrow_task  # noqa: F401 first, for what it does
from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.instant_daktela import InstantDaktela
from benchmarks.sides.side import Order, Watch, run_side


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Load every payload part."""
    load_what_tasks_load(order)
    here = Deployment(order)
    loader = replace(here.loader, daktela=InstantDaktela(here.daktela.settings, limiter=here.daktela.limiter))
    counts: Counter[str] = Counter()
    payloads = here.kept.parts("payloads")
    with watch.running():
        for number, part in enumerate(payloads):
            counts.update(loader.load(part, number).counts())
    return {"counts": dict(counts), "calls": sum(loader.daktela.calls.values())}


if __name__ == "__main__":
    run_side(work)
