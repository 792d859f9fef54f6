"""What the page of numbers knows: the last count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFacts:
    """``found`` is a count as ``Readiness.to_dict`` gives it, empty where there is none, ``at`` its time.

    ``trouble`` says why the ledger does not tell, empty where it does. ``links`` is whether Ids lead to the record's
    page, which needs the right to edit.
    """

    sync: str
    zone: str
    found: Mapping[str, Any]
    at: datetime | None
    trouble: str
    links: bool
