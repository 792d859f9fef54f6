"""Refuse to read records anew for a run that goes by an earlier mapping than the one that they were written by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.steps.run.fingerprint import still_holds
from salesforce_daktela.steps.run.mapping_snapshot import CLEAR_TO_TAKE_FILES


def refuse_outdated(ledger: Ledger, facts: RunFacts, sync: str, mapping: str, *, clock: Callable[[], datetime]) -> None:
    """Raise ConfigurationError when a run that began after this one has settled the mapping by another fingerprint.

    What is read now counts as newer than what that run has written, so the earlier mapping would take its place, and
    no later run would notice: the watermark has passed these records. ``clock`` is Salesforce's, asked only in doubt.
    """
    settled, known = ledger.watermarks.read(sync, mapping), ledger.watermarks.fingerprint(sync, mapping)
    if settled is None or known is None or settled <= facts.now:
        return
    if still_holds(known, facts.mappings[mapping].fingerprint):
        return
    if settled > clock():
        return  # the clock was put back since: of a watermark to come nobody knows which run was first
    raise ConfigurationError(
        "a later run has loaded this mapping by other files, and this run would write what the former ones say",
        where=f"mapping {mapping}",
        advice=CLEAR_TO_TAKE_FILES,
    )
