"""Airflow notifiers that tell people what a run leaves to be done: one message a run, and one for each question."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from salesforce_daktela.airflow.channels import anyone_listens
from salesforce_daktela.airflow.dag_ids import kept_run, sync_of
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.airflow.telling import Teller
from salesforce_daktela.steps.preflight.stopped_run import stopped_because
from salesforce_daktela.sync.notices import Notice, failed_run, late, notices_of, question
from salesforce_daktela.sync.request import Mode

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.mapping.model import SyncSpec

log = logging.getLogger(__name__)

PAUSES = (10.0, 60.0)
"""Seconds before a question that no channel has taken is sent again: while it waits, no other run would do so."""


class PlainNotifier(BaseNotifier):
    """A notifier without templates. Airflow would look for them in the DAG, which ``dag.test`` does not give it."""

    def render_template_fields(self, context: Context, jinja_env: jinja2.Environment | None = None) -> None:
        """There is nothing to be rendered."""


class RunNotifier(PlainNotifier):
    """Tells what the reports of a run that has ended give, unless the run before has told the same that day.

    Sends what is still to be sent of earlier runs, too.

    It runs in the DAG processor, which reads the reports in the ledger. ``failed`` is for ``on_failure_callback``.
    ``within`` is how old one of the sync's mappings may be: a run that was deferred or declined ends in time and brings
    nothing.
    """

    def __init__(self, *, spec: SyncSpec, failed: bool, within: timedelta | None = None) -> None:
        super().__init__()
        self.spec = spec
        self.sync = spec.name
        self.failed = failed
        self.within = within

    def notify(self, context: Context) -> None:
        """Send one message, or none when there is nothing new to tell."""
        dag_id, run_id = _dag_id(context), str(context["run_id"])
        teller = Teller(sync=self.sync, dag_id=dag_id, run_id=run_id)
        trouble: Exception | None = None
        try:
            with closing(connect_ledger()) as ledger:
                if ledger.overview.version().found:
                    found = self._notices(ledger, dag_id, run_id)
                    teller.tell_news(ledger, found, source=dag_id, ended=True)
                    return
        except Exception as exc:  # noqa: BLE001 whatever the ledger does, a failed run is told
            trouble = exc
        for notice in failed_run([]) if self.failed else ():
            teller.tell_without_ledger(notice, trouble)

    def _notices(self, ledger: Ledger, dag_id: str, run_id: str) -> list[Notice]:
        stopped = stopped_because(ledger, self.sync, dag_id, run_id) if self.failed else ""
        # A run that was cleared has the reports of the try before, which would be told as the reason of this one.
        reports = [] if stopped else ledger.reports.read(self.sync, kept_run(dag_id, run_id))
        notices = [each for report in reports for each in notices_of(report, self._again(report))]
        if self.failed:
            notices += list(failed_run(notices, stopped))
        if self.within is not None:
            names = [mapping.name for mapping in self.spec.mappings]
            notices += late(self.within, watermarks_of(ledger, self.sync, names), datetime.now(UTC))
        return notices

    def _again(self, report: Mapping[str, Any]) -> str:
        """When the run goes on, where it was deferred."""
        if report["state"] != "deferred":
            return ""
        from salesforce_daktela.airflow.next_run import next_try

        return next_try(self.spec, Mode(report["mode"]), datetime.now(UTC))


class QuestionNotifier(PlainNotifier):
    """Tells that a task waits for an answer. It runs in the task, when that has asked."""

    def notify(self, context: Context) -> None:
        """Send one message with the reasons of the question and the page that answers it."""
        task: Any = context["task"]
        notice = question(task.mapping, task.plan["reasons"])
        dag_id = _dag_id(context)
        teller = Teller(sync=sync_of(dag_id), dag_id=dag_id, run_id=str(context["run_id"]))
        try:
            with closing(connect_ledger()) as ledger:
                taken = teller.tell_news(ledger, [notice])
                for pause in PAUSES:
                    if taken:
                        return
                    time.sleep(pause)
                    taken = teller.tell_news(ledger, [])
        except Exception as exc:  # noqa: BLE001 whatever the ledger does, the question is told
            log.warning("the ledger does not remember the question (%s)", type(exc).__name__)
            teller.tell([notice])


def run_callbacks(spec: SyncSpec, *, within: timedelta | None = None) -> dict[str, Any]:
    """The callbacks of one of a sync's DAGs; none where nobody is to be told, so that runs end without one."""
    if not anyone_listens():
        return {}
    return {
        "on_success_callback": RunNotifier(spec=spec, failed=False, within=within),
        "on_failure_callback": RunNotifier(spec=spec, failed=True, within=within),
    }


def question_notifiers() -> list[BaseNotifier]:
    """What a task that asks calls."""
    return [QuestionNotifier()] if anyone_listens() else []


def watermarks_of(ledger: Ledger, sync: str, mappings: Collection[str] | None) -> dict[str, datetime]:
    """The watermarks of these mappings, of all for None. The ledger has those of former mappings, too."""
    known = ledger.watermarks.of_sync(sync)
    return {name: until for name, until in known.items() if mappings is None or name in mappings}


def _dag_id(context: Context) -> str:
    dag: Any = context["dag"]
    return str(dag.dag_id)
