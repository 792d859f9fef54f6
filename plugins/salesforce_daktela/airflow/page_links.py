"""Links from Airflow's own pages, logs and mails to the pages that say what happened and what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink

from salesforce_daktela.airflow.dag_ids import COMPARING, PLANNING, sync_of
from salesforce_daktela.airflow.releases import conf

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

log = logging.getLogger(__name__)

NAVIGATION, PAGES = "plugin/daktela", "salesforce-daktela"
"""Where Airflow shows the pages in its frame, and where they are served."""


def page_link(path: str) -> str:
    """The address of one of the pages within Airflow; from the root where ``[api] base_url`` does not name the host."""
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return f"{base}/{NAVIGATION}{urlsplit(base).path}/{PAGES}{path}"


def told_link(path: str) -> str:
    """The same for texts that are read elsewhere; empty where ``[api] base_url`` is not known."""
    return page_link(path) if conf.get("api", "base_url", fallback="") else ""


def run_path(dag_id: str, run_id: str) -> str:
    """The page of a run of one of a sync's DAGs."""
    if dag_id.startswith(PLANNING):
        return f"/syncs/{sync_of(dag_id)}/plan"
    page = f"/syncs/{sync_of(dag_id)}/runs/{quote(run_id, safe='')}"
    return f"{page}?dag=compare" if dag_id.startswith(COMPARING) else page


def name_page(context: Any) -> None:
    """Tell in the log of a task that has failed which page says what happened and what to do."""
    ti = context["ti"]
    link = told_link(run_path(ti.dag_id, ti.run_id))
    if link:
        log.error("what happened in this run, and what to do: %s", link)


class RunLink(BaseOperatorLink):
    """From a task to the report of its run."""

    name = "Run report"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the run's page."""
        return page_link(run_path(ti_key.dag_id, ti_key.run_id))


class RejectsLink(BaseOperatorLink):
    """From the task that counts a mapping's rejects to the records."""

    name = "Rejected records"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the mapping's rejects."""
        sync = sync_of(ti_key.dag_id)
        return page_link(f"/syncs/{sync}/rejects?mapping={quote(getattr(operator, 'mapping', ''), safe='')}")


class AnswersLink(BaseOperatorLink):
    """From the task that asks to the page where it is answered."""

    name = "Answer with the plan"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the sync's questions."""
        return page_link(answers_path(ti_key.dag_id))


def answers_path(dag_id: str) -> str:
    """The page where questions of a sync's runs are answered."""
    return f"/syncs/{sync_of(dag_id)}/answers"
