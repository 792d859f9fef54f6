"""Airflow notifiers that tell people what a run leaves to be done: one message a run, and one for each question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from salesforce_daktela.airflow.channels import Line, Message, anyone_listens, deliver, wanted
from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING, kept_run
from salesforce_daktela.airflow.page_links import run_path, told_link
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.sync.notices import Notice, failed_run, late, news, notices_of, question

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from salesforce_daktela.ledger.ledger import Ledger


class PlainNotifier(BaseNotifier):
    """A notifier without templates. Airflow would look for them in the DAG, which ``dag.test`` does not give it."""

    def render_template_fields(self, context: Context, jinja_env: jinja2.Environment | None = None) -> None:
        """There is nothing to be rendered."""


class RunNotifier(PlainNotifier):
    """Tells what the reports of a run that has ended give, unless the run before has told the same that day.

    It runs in the DAG processor, which reads the reports in the ledger. ``failed`` is for ``on_failure_callback``.
    ``within`` is how old a mapping may be: a run that was deferred or declined ends in time and brings nothing.
    """

    def __init__(self, *, sync: str, failed: bool, within: timedelta | None = None) -> None:
        super().__init__()
        self.sync = sync
        self.failed = failed
        self.within = within

    def notify(self, context: Context) -> None:
        """Send one message, or none when there is nothing new to tell."""
        dag_id, run_id = _dag_id(context), str(context["run_id"])
        with closing(connect_ledger()) as ledger:
            if ledger.overview.version().found:
                tell(self.sync, dag_id, run_id, fresh(ledger, dag_id, self._notices(ledger, kept_run(dag_id, run_id))))

    def _notices(self, ledger: Ledger, run: str) -> list[Notice]:
        notices = [each for report in ledger.reports.read(self.sync, run) for each in notices_of(report)]
        if self.failed:
            notices += list(failed_run(notices))
        if self.within is not None:
            notices += late(self.within, ledger.watermarks.of_sync(self.sync), datetime.now(UTC))
        return notices


class QuestionNotifier(PlainNotifier):
    """Tells that a task waits for an answer. It runs in the task, when that has asked."""

    def notify(self, context: Context) -> None:
        """Send one message with the reasons of the question and the page that answers it."""
        task: Any = context["task"]
        notice = question(task.mapping, task.plan["reasons"])
        dag_id = _dag_id(context)
        tell(dag_id.removeprefix(COMPARING).removeprefix(LOADING), dag_id, str(context["run_id"]), [notice])


def run_callbacks(sync: str, *, within: timedelta | None = None) -> dict[str, Any]:
    """The callbacks of one of a sync's DAGs; none where nobody is to be told, so that runs end without one."""
    if not anyone_listens():
        return {}
    return {
        "on_success_callback": RunNotifier(sync=sync, failed=False, within=within),
        "on_failure_callback": RunNotifier(sync=sync, failed=True, within=within),
    }


def question_notifiers() -> list[BaseNotifier]:
    """What a task that asks calls."""
    return [QuestionNotifier()] if anyone_listens() else []


def tell(sync: str, dag_id: str, run_id: str, notices: Sequence[Notice]) -> None:
    """Deliver those notices of one run that ``notify_on`` names as one message; nothing without any.

    ``run_id`` is empty where no run is meant.
    """
    asked = wanted()
    notices = [notice for notice in notices if notice.kind in asked]
    if not notices:
        return
    run = told_link(run_path(dag_id, run_id)) if run_id else ""
    lines = [
        Line(
            kind=notice.kind.value,
            mapping=notice.mapping,
            text=notice.text,
            link=told_link(f"/syncs/{sync}{notice.path}") if notice.path else "",
        )
        for notice in notices
    ]
    deliver(Message(sync=sync, run_id=run_id, lines=lines, link=run))


def fresh(ledger: Ledger, source: str, notices: Sequence[Notice]) -> list[Notice]:
    """Those that are news, remembered in the ledger as told by ``source``."""
    now, key = datetime.now(UTC), f"told/{source}"
    kept = ledger.cache.read(key)
    told = {} if kept is None else json.loads(kept[0])
    found, remembered = news(notices, told, now.date().isoformat())
    if remembered != told:
        ledger.cache.keep(key, json.dumps(remembered).encode(), now)
    return found


def _dag_id(context: Context) -> str:
    dag: Any = context["dag"]
    return str(dag.dag_id)
