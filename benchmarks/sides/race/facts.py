"""What the extract step of this project is told: the watermark, and what preflight finds."""

from __future__ import annotations

from datetime import datetime

from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.steps.preflight.preflight import preflight


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Move the watermark to ``since``, unless that is empty, and store the facts."""
    here = Deployment(order)
    if order["since"]:
        until = datetime.fromisoformat(order["since"])
        told = here.kept.get("extraction")
        here.ledger.watermarks.move(
            here.spec.name,
            here.mapping.name,
            until,
            told["extraction"],
            fingerprint=told["fingerprint"],
            everything=True,
        )
    facts = preflight(here.spec, here.request, here.salesforce, here.daktela, database=None, ledger=here.ledger)
    here.kept.put("facts", facts.to_dict())
    return {"fields": ", ".join(facts.mappings[here.mapping.name].source.fields)}


if __name__ == "__main__":
    run_side(work)
