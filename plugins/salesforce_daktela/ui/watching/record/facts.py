"""What is known of one record, as it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from salesforce_daktela.steps.record.explanation import Explanation
from salesforce_daktela.steps.record.known import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What is known without asking the two systems. ``id`` is empty where nothing or nobody was asked for.

    ``wanted`` is whether something was asked for; ``trouble`` says why the ledger cannot tell.
    """

    wanted: bool
    id: str = ""
    known: tuple[Known, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One record as both systems have it. Addresses may be empty."""

    id: str
    explanations: tuple[Explanation, ...] = field(repr=False)
    salesforce: str
    daktela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """``receipt`` is JSON text; ``in_daktela`` are mappings whose object Daktela still has."""

    receipt: str
    in_daktela: tuple[str, ...]
