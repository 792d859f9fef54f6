"""Preflight, and the extract step up to the end of its Bulk job."""

from __future__ import annotations

import time

import benchmarks.sides.arrow_task  # noqa: F401 first, for what it does
from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.steps.preflight.preflight import preflight

POLL = 0.2


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Store the facts and the id of the job, null for REST."""
    load_what_tasks_load(order)
    here = Deployment(order)
    facts = preflight(here.spec, here.request, here.salesforce, here.daktela, database=None, ledger=here.ledger)
    here.kept.put("facts", facts.to_dict())
    with watch.running():
        extractor = here.extractor
        job_id = extractor.begin()
        while job_id is not None and extractor.running(job_id):
            time.sleep(POLL)
    here.kept.put("job", job_id)
    source = here.facts.mappings[here.mapping.name].source
    return {"job": job_id, "fields": ", ".join(source.fields)}


if __name__ == "__main__":
    run_side(work)
