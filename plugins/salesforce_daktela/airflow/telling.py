"""Sends what is news, and remembers it in the ledger until a channel has taken it."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.configuration import AIRFLOW_HOME

from salesforce_daktela.airflow.channels import Line, Message, deliver, wanted
from salesforce_daktela.airflow.page_links import run_path, told_link
from salesforce_daktela.ledger.store.kept_keys import KeptKey, Kind, kept_key
from salesforce_daktela.sync.news import PAUSE, Memory, Waiting, after_sending, due, receive
from salesforce_daktela.sync.notices import Notice

if TYPE_CHECKING:
    from salesforce_daktela.ledger.ledger import Ledger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells of one run of a sync. ``run_id`` is empty where no run is meant."""

    sync: str
    dag_id: str
    run_id: str

    def tell_news(self, ledger: Ledger, notices: Sequence[Notice], *, source: str = "", ended: bool = False) -> bool:
        """Send what is due as one message: those of ``notices`` that are news, and what earlier ones have left.

        News is what ``source`` has not told before; without a source everything is. The notices are saved first, so
        that a process that dies while it sends loses none. ``ended`` says that the run is over. Returns False when
        there was a message that no channel has taken.
        """
        now, key = datetime.now(UTC), kept_key(Kind.TOLD, self.sync, "news")
        before = _memory(ledger, key)
        asked = wanted()
        found = [notice for notice in notices if notice.kind in asked]
        memory = receive(before, found, now, dag=self.dag_id, run=self.run_id, source=source, ended=ended)
        if memory != before:
            ledger.cache.keep(key, json.dumps(memory.to_dict()).encode(), now)
        sent = due(memory, now)
        if not self._send(sent):
            return False
        if sent:
            # Sending takes seconds, in which another process may have left something.
            left = after_sending(_memory(ledger, key), sent, now)
            ledger.cache.keep(key, json.dumps(left.to_dict()).encode(), now)
        return True

    def tell(self, notices: Sequence[Notice]) -> bool:
        """Send all that ``notify_on`` names, without remembering it."""
        asked, now = wanted(), datetime.now(UTC)
        found = [notice for notice in notices if notice.kind in asked]
        return self._send([Waiting(notice=each, dag=self.dag_id, run=self.run_id, since=now) for each in found])

    def tell_without_ledger(self, notice: Notice, trouble: BaseException | None) -> None:
        """Send a notice that nothing can be remembered of, at most once an hour as far as this machine knows.

        ``trouble`` is why the ledger cannot be asked, None where it has no tables.
        """
        # The text of a database's error quotes values.
        why = (
            "the ledger has no tables" if trouble is None else f"the ledger does not answer ({type(trouble).__name__})"
        )
        log.warning("%s: what is told of %s is not remembered", why, self.dag_id)
        marker = Path(AIRFLOW_HOME) / "salesforce_daktela" / f"told-{self.dag_id}-{notice.kind}"
        if _is_recent(marker):
            return
        if self.tell([replace(notice, text=f"{notice.text}; {why}, so this is told every hour")]):
            # Where no file can be made, every run tells it: better than none.
            with contextlib.suppress(OSError):
                marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                marker.touch()

    def _send(self, waiting: Sequence[Waiting]) -> bool:
        """One message; none without any. What another run has left gets that run's name and page."""
        if not waiting:
            return True
        own = self.run_id if any(self._is_own(each) for each in waiting) else ""
        link = told_link(run_path(self.dag_id, own)) if own else ""
        return deliver(Message(sync=self.sync, run_id=own, lines=[self._line(each) for each in waiting], link=link))

    def _line(self, each: Waiting) -> Line:
        notice, other = each.notice, bool(each.run) and not self._is_own(each)
        page = told_link(f"/syncs/{self.sync}{notice.path}") if notice.path else ""
        return Line(
            kind=notice.kind.value,
            mapping=notice.mapping,
            text=f"{each.text} (run {each.run})" if other else each.text,
            link=page or (told_link(run_path(each.dag, each.run)) if other else ""),
        )

    def _is_own(self, each: Waiting) -> bool:
        return bool(each.run) and (each.dag, each.run) == (self.dag_id, self.run_id)


def _memory(ledger: Ledger, key: KeptKey) -> Memory:
    kept = ledger.cache.read(key)
    return Memory() if kept is None else Memory.from_dict(json.loads(kept[0]))


def _is_recent(marker: Path) -> bool:
    try:
        return 0 <= time.time() - marker.stat().st_mtime < PAUSE.total_seconds()
    except OSError:
        return False
