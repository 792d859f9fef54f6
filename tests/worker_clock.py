"""A worker whose clock is wrong, while the other machines' clocks are right."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, tzinfo

import pytest


def put_worker_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Have all of the pipeline's modules that are loaded read a clock that is ``ahead`` of this machine's."""

    class Shifted(datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # moments stay plain ones
            return datetime.now(tz) + ahead

    for name, module in list(sys.modules.items()):
        known = getattr(module, "datetime", None) if name.startswith("salesforce_daktela.") else None
        if isinstance(known, type) and issubclass(known, datetime):
            monkeypatch.setattr(module, "datetime", Shifted)


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)
