"""A record that another one carries on: a converted Lead and its Contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Record ``id`` of ``mapping`` was converted into record ``heir`` of another mapping, which carries on its object.

    ``stamp`` is its change stamp, ``name`` the name that its object has in Daktela unless it was adopted.
    """

    mapping: str
    id: str
    heir: str
    name: str
    stamp: datetime
