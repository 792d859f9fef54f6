"""Airflow notifiers that tell people what a run leaves to be done: one message a run, and one for each question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from salesforce_daktela.airflow.channels import Line, Message, anyone_listens, deliver, wanted
from salesforce_daktela.airflow.dag_ids import COMPARING, LOADING, kept_run
from salesforce_daktela.airflow.page_links import run_path, told_link
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.sync.notices import Notice, failed_run, news, notices_of, question

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
    """

    def __init__(self, *, sync: str, failed: bool) -> None:
        super().__init__()
        self.sync = sync
        self.failed = failed

    def notify(self, context: Context) -> None:
        """Send one message, or none when there is nothing new to tell."""
        dag_id, run_id = _dag_id(context), str(context["run_id"])
        ledger = connect_ledger()
        if not ledger.overview.version().found:
            return
        notices = [
            each for report in ledger.reports.read(self.sync, kept_run(dag_id, run_id)) for each in notices_of(report)
        ]
        if self.failed:
            notices += list(failed_run(notices))
        asked = wanted()
        tell(self.sync, dag_id, run_id, _fresh(ledger, dag_id, [each for each in notices if each.kind in asked]))


class QuestionNotifier(PlainNotifier):
    """Tells that a task waits for an answer. It runs in the task, when that has asked."""

    def notify(self, context: Context) -> None:
        """Send one message with the reasons of the question and the page that answers it."""
        task: Any = context["task"]
        notice = question(task.mapping, task.plan["reasons"])
        if notice.kind in wanted():
            dag_id = _dag_id(context)
            tell(dag_id.removeprefix(COMPARING).removeprefix(LOADING), dag_id, str(context["run_id"]), [notice])


def run_callbacks(sync: str) -> dict[str, Any]:
    """The callbacks of one of a sync's DAGs; none where nobody is to be told, so that runs end without one."""
    if not anyone_listens():
        return {}
    return {
        "on_success_callback": RunNotifier(sync=sync, failed=False),
        "on_failure_callback": RunNotifier(sync=sync, failed=True),
    }


def question_notifiers() -> list[BaseNotifier]:
    """What a task that asks calls."""
    return [QuestionNotifier()] if anyone_listens() else []


def tell(sync: str, dag_id: str, run_id: str, notices: Sequence[Notice]) -> None:
    """Deliver notices of one run as one message; nothing without any."""
    if not notices:
        return
    run = told_link(run_path(dag_id, run_id))
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


def _fresh(ledger: Ledger, dag_id: str, notices: Sequence[Notice]) -> list[Notice]:
    """Those that are news, remembered in the ledger as told."""
    now, key = datetime.now(UTC), f"told/{dag_id}"
    kept = ledger.cache.read(key)
    told = {} if kept is None else json.loads(kept[0])
    fresh, remembered = news(notices, told, now.date().isoformat())
    if remembered != told:
        ledger.cache.keep(key, json.dumps(remembered).encode(), now)
    return fresh


def _dag_id(context: Context) -> str:
    dag: Any = context["dag"]
    return str(dag.dag_id)
