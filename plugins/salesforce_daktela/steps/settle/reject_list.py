"""The first rejected records of a run, for the log of the failed task: Ids, reasons, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesforce_daktela.ledger.ledger import Ledger

FIRST = 20
"""Records that a report names. All of them are in the ledger."""


def first_rejects(
    ledger: Ledger, sync: str, mapping: str, run_id: str, instance_url: str
) -> tuple[Mapping[str, str], ...]:
    """Return Id, code, field and link of the first rejected records of a run, by Id."""
    return tuple(
        {"id": found.id, "code": found.code, "field": found.field, "link": f"{instance_url.rstrip('/')}/{found.id}"}
        for found in ledger.rejects.read_of_run(sync, mapping, run_id, limit=FIRST)
    )


def reject_text(
    sync: str, mapping: str, rejects: Sequence[Mapping[str, object]], rejected: Sequence[Mapping[str, str]]
) -> str:
    """Return the lines that explain a run's rejects; empty when it has none.

    ``rejects`` counts reasons by code and field; ``rejected`` is what ``first_rejects`` returns.
    """
    if not rejects:
        return ""
    chosen = f"--sync {sync} --mapping {mapping}"
    reasons = [f"  {found['count']} x {found['code']} in {found['field'] or 'the record'}" for found in rejects]
    records = [f"  {found['id']} {found['code']} {found['link']}" for found in rejected]
    return "\n".join(
        [
            "Why records were rejected:",
            *reasons,
            f"The first {len(records)} of them:" if len(records) == FIRST else "Which records:",
            *records,
            f"To see all: salesforce-daktela rejects {chosen}",
            f"When they are corrected: salesforce-daktela replay {chosen}, or trigger this DAG in mode replay. "
            "Later runs try them again by themselves.",
        ]
    )
