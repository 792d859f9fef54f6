"""What the ledger's entry of a record says about its departure. Pure."""

from __future__ import annotations

from salesforce_daktela.ledger.records.entries import RecordEntry, RecordState
from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.sync.decision import Known
from salesforce_daktela.sync.outcome import Outcome

HANDLED = {
    RecordState.GONE: Outcome.GONE,
    RecordState.REMOVED: Outcome.REMOVED,
    RecordState.MARKED: Outcome.REMOVED,
    RecordState.BECAME: Outcome.BECAME,
}
"""States in which a departure is handled already, with the outcome that it counts as."""

UNDONE = (RecordState.LIVE, RecordState.KEPT, RecordState.INTENDED)


def is_undone(entry: RecordEntry, mapping: MappingSpec, *, deleted: bool, verifies: bool = False) -> bool:
    """Whether a departure still has to be handled: a record marked when it left the filter may be deleted later.

    With ``verifies`` it was found without its mark.
    """
    if entry.state is RecordState.MARKED:
        marks = (mapping.on_delete if deleted else mapping.on_filter_exit) == "mark"
        return (verifies and marks) or (deleted and mapping.on_delete == "delete" and not entry.adopted)
    return entry.state in UNDONE


def known_of(entry: RecordEntry) -> Known:
    """The part of an entry that decisions use."""
    return Known(
        state=entry.state.value,
        digest=entry.digest,
        stamp=entry.stamp,
        read_at=entry.read_at,
        extraction=entry.extraction,
    )
