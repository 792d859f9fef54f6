"""Airflow notifiers that tell people what a run leaves to be done: one message a run, and one for each question."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from salesforce_daktela.airflow.channels import Line, Message, anyone_listens, deliver, wanted
from salesforce_daktela.airflow.dag_ids import kept_run, sync_of
from salesforce_daktela.airflow.page_links import run_path, told_link
from salesforce_daktela.airflow.settings import connect_ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.sync.notices import Notice, failed_run, late, news, notices_of, question
from salesforce_daktela.sync.request import Mode

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from salesforce_daktela.ledger.ledger import Ledger
    from salesforce_daktela.mapping.model import SyncSpec


class PlainNotifier(BaseNotifier):
    """A notifier without templates. Airflow would look for them in the DAG, which ``dag.test`` does not give it."""

    def render_template_fields(self, context: Context, jinja_env: jinja2.Environment | None = None) -> None:
        """There is nothing to be rendered."""


class RunNotifier(PlainNotifier):
    """Tells what the reports of a run that has ended give, unless the run before has told the same that day.

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
        with closing(connect_ledger()) as ledger:
            if ledger.overview.version().found:
                tell_news(self.sync, dag_id, run_id, ledger, self._notices(ledger, kept_run(dag_id, run_id)))

    def _notices(self, ledger: Ledger, run: str) -> list[Notice]:
        reports = ledger.reports.read(self.sync, run)
        notices = [each for report in reports for each in notices_of(report, self._again(report))]
        if self.failed:
            notices += list(failed_run(notices))
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
        tell(sync_of(dag_id), dag_id, str(context["run_id"]), [notice])


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


def tell(sync: str, dag_id: str, run_id: str, notices: Sequence[Notice]) -> bool:
    """Deliver those notices of one run that ``notify_on`` names as one message; nothing without any.

    ``run_id`` is empty where no run is meant. Returns False when there was a message that no channel has taken.
    """
    asked = wanted()
    notices = [notice for notice in notices if notice.kind in asked]
    if not notices:
        return True
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
    return deliver(Message(sync=sync, run_id=run_id, lines=lines, link=run))


def tell_news(
    sync: str, dag_id: str, run_id: str, ledger: Ledger, notices: Sequence[Notice], *, source: str = ""
) -> None:
    """Deliver those that are news, and remember them in the ledger as told by ``source``, which is ``dag_id`` if empty.

    What no channel has taken is news again for the next run.
    """
    now, key = datetime.now(UTC), kept_key(Kind.TOLD, sync, source or dag_id)
    kept = ledger.cache.read(key)
    told = {} if kept is None else json.loads(kept[0])
    found, remembered = news(notices, told, now.date().isoformat())
    if not tell(sync, dag_id, run_id, found):
        remembered = {notice: told[notice] for notice in remembered if notice in told}
    if remembered != told:
        ledger.cache.keep(key, json.dumps(remembered).encode(), now)


def watermarks_of(ledger: Ledger, sync: str, mappings: Collection[str] | None) -> dict[str, datetime]:
    """The watermarks of these mappings, of all for None. The ledger has those of former mappings, too."""
    known = ledger.watermarks.of_sync(sync)
    return {name: until for name, until in known.items() if mappings is None or name in mappings}


def _dag_id(context: Context) -> str:
    dag: Any = context["dag"]
    return str(dag.dag_id)
