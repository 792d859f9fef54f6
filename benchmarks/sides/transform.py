"""The transform step, part after part in one process."""

from __future__ import annotations

from dataclasses import replace

import benchmarks.sides.arrow_task  # noqa: F401 first, for what it does
from benchmarks.sides.as_task import load_what_tasks_load
from benchmarks.sides.deployment import Deployment
from benchmarks.sides.side import Order, Watch, run_side
from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.steps.transform.part import transform_part


def work(order: Order, watch: Watch) -> dict[str, object]:
    """Write payload parts; ``without`` names transforms that are removed from the mapping."""
    load_what_tasks_load(order)
    here = Deployment(order)
    facts = here.facts
    mapping, left_out = here.mapping, set(order.get("without", ()))
    rules = tuple(
        replace(rule, transforms=tuple(call for call in rule.transforms if call.name not in left_out))
        for rule in mapping.fields
    )
    found = facts.mappings[mapping.name]
    compiled = compile_mapping(
        replace(mapping, fields=rules),
        found.source,
        timezone=facts.timezone,
        target=found.target,
        instance_url=facts.instance_url,
    )
    rows = here.kept.parts("rows")
    with watch.running():
        payloads = [
            transform_part(here.store, part, here.key("payloads", number), compiled) for number, part in enumerate(rows)
        ]
    here.kept.put("payloads", [part.to_dict() for part in payloads])
    return {"rows": sum(part.rows for part in payloads), "parts": len(payloads)}


if __name__ == "__main__":
    run_side(work)
