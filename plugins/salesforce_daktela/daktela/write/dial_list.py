"""Changes and removes records of a dial list, and leaves to the dialler what is the dialler's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import ErrorKind, make_error
from salesforce_daktela.daktela.write.partial_update import WRITABLE, keeping, marked
from salesforce_daktela.daktela.write.upsert import WriteResult, update_existing
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.mapping.target import DIALLED, DONE
from salesforce_daktela.sync.left_alone import LeftAlone

MODEL = Entity.CAMPAIGNS_RECORDS
OWNED = (*DIALLED, "user", "statuses")
"""Fields that the dialler, or an agent on the phone, changes while the list is called."""
UNSET: tuple[object, ...] = (None, "", "0", 0, [], {})


class LeftAloneError(Exception):
    """Nothing was changed, except where the reason is ``EMPTIED``. ``again`` when the next run should try.

    ``off_list`` when the record has no action, so that nobody calls it.
    """

    def __init__(self, reason: LeftAlone, *, off_list: bool = False) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.off_list = off_list

    @property
    def again(self) -> bool:
        """Whether the reason will pass by itself."""
        return self.reason in (LeftAlone.HANDS_OFF, LeftAlone.REPLACES)

    def after(self, code: str | None) -> LeftAloneError:
        """The same for a record that was rejected with ``code``: one that was emptied waits to be put back by hand."""
        waits = code == LeftAlone.EMPTIED and self.reason is LeftAlone.REPLACES and self.off_list
        return LeftAloneError(LeftAlone.EMPTIED, off_list=True) if waits else self


@dataclass(slots=True, kw_only=True)
class DialList:
    """The records of one mapping. Safe for several threads.

    Records whose action is in ``hands_off`` are left alone. ``once`` are fields that no change may name. ``replaces``
    says whether a PUT of this instance empties fields that it does not name, None while nobody knows. The first change
    finds out, alone, and ``learned`` is told.
    """

    client: DaktelaClient
    hands_off: Collection[int]
    once: Collection[str] = ()
    replaces: bool | None = None
    learned: Callable[[bool], None] = lambda _: None
    _trying: threading.Lock = field(default_factory=threading.Lock)

    def change(self, name: str, body: Mapping[str, Any], keep: Collection[str] = ()) -> WriteResult:
        """PUT ``body``; fields named in ``keep`` stay as they are. Raises LeftAloneError, DaktelaError as an update."""
        held = self._look(name)
        if held is None:
            raise make_error("no longer exists", kind=ErrorKind.MISSING, where=f"Daktela {MODEL}")
        return self._put(name, held, keeping(held, body, [path for path in keep if path not in self.once]))

    def mark(self, name: str, marks: Mapping[str, Any]) -> bool:
        """Set ``marks`` and leave the rest; return False when there is no such record. Raises as ``change``.

        A record that is through keeps its action.
        """
        held = self._look(name)
        if held is None:
            return False
        if action_of(held) == DONE:
            marks = {path: value for path, value in marks.items() if path not in DIALLED}
        if marks:
            self._put(name, held, marked(MODEL, held, marks))
        return True

    def delete(self, name: str) -> bool:
        """DELETE a record that is not through; return False when there is no such record. Raises as ``change``."""
        held = self._look(name)
        if held is None:
            return False
        if action_of(held) == DONE:
            raise LeftAloneError(LeftAlone.DONE)
        return self.client.delete(MODEL, name)

    def _look(self, name: str) -> dict[str, Any] | None:
        held = self.client.get(MODEL, name)
        if held is not None and action_of(held) in self.hands_off:
            raise LeftAloneError(LeftAlone.HANDS_OFF)
        return held

    def _put(self, name: str, held: Mapping[str, Any], body: dict[str, Any]) -> WriteResult:
        """Nobody moves a record that is through: it gets its own values back, so that no PUT can empty them."""
        if action_of(held) == DONE and self.replaces is not False:
            whole = keeping(held, body, (*WRITABLE[MODEL], *OWNED, *self.once))
            return update_existing(self.client, MODEL, name, whole)
        if "action" in body or self.replaces is False:
            return update_existing(self.client, MODEL, name, body)
        with self._trying:
            if self.replaces is None:
                return self._try(name, held, body)
        if self.replaces:
            raise LeftAloneError(LeftAlone.REPLACES, off_list=held.get("action") in UNSET)
        return update_existing(self.client, MODEL, name, body)

    def _try(self, name: str, held: Mapping[str, Any], body: Mapping[str, Any]) -> WriteResult:
        written = update_existing(self.client, MODEL, name, body)
        found = _replaced(held, written.record, body)
        if found is not None:
            self.replaces = found
            self.learned(found)
        if found:
            raise LeftAloneError(LeftAlone.EMPTIED)
        return written


def action_of(record: Mapping[str, Any]) -> int | None:
    """The action of a record, as a number; None where it has none that can be read."""
    text = str(record.get("action"))
    return int(text) if text.isdecimal() else None


def _replaced(held: Mapping[str, Any], stored: Mapping[str, Any], body: Mapping[str, Any]) -> bool | None:
    """Whether a PUT emptied fields that it did not name; None where the record had nothing to lose.

    The dialler moves on meanwhile, and may empty one field by itself, but it takes no record off the list.
    """
    if any(path not in stored for path in DIALLED):
        return None
    unnamed = [path for path in OWNED if path not in body and held.get(path) not in UNSET]
    emptied = [path for path in unnamed if path in stored and stored.get(path) in UNSET]
    if "action" in emptied or len(emptied) > 1:
        return True
    return False if "action" in unnamed else None
