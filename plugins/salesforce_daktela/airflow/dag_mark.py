"""Which state of a sync's files a DAG was made from, written where Airflow's database and its pages show it."""

from __future__ import annotations

import re

from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint

MARK = re.compile(r"files ([0-9a-f]{16})")

PROBLEMS = "mappings of the Airflow DAGs"
"""What the import error that names every mistake begins with, whatever its file is called."""


def describe_sync(spec: SyncSpec) -> str:
    """Return the description of a sync's loading DAG; it ends with the fingerprint of the files."""
    return f"Salesforce to Daktela, CRM database {spec.database or 'of the connection'}, files {sync_fingerprint(spec)}"


def deployed_fingerprint(description: str | None) -> str | None:
    """Return the ``sync_fingerprint`` of the files behind a DAG, None for a DAG of a release that did not write it."""
    marks = MARK.findall(description or "")
    return marks[-1] if marks else None
