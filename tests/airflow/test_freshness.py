"""``fresh_within`` becomes a deadline of Airflow, and somebody is told what is too old."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow import settings
from airflow.models.dagbundle import DagBundleModel
from airflow.models.serialized_dag import SerializedDagModel
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType

from salesforce_daktela.airflow.freshness import tell_late
from salesforce_daktela.airflow.releases import COUNTED_FROM
from salesforce_daktela.sync.notices import late
from sandbox.testing import Sandbox
from tests.airflow.releases import sync_bag_to_db
from tests.airflow.test_dags import load_dags
from tests.airflow.test_metering import LOADING, Carry, carry
from tests.airflow.test_reconcile_dag import SCHEDULE, runner, sandbox
from tests.airflow.told import PAGES, Mails, end, mails
from tests.scenarios.scenario_runner import Runner, rewrite

__all__ = ["carry", "mails", "runner", "sandbox"]

pytestmark = [pytest.mark.usefixtures("airflow_database"), pytest.mark.filterwarnings("ignore")]

NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


def test_a_mapping_is_late_when_its_watermark_is_older_than_allowed() -> None:
    """Whatever it is that held it up."""
    marks = {"accounts": NOW - timedelta(minutes=29), "contacts": NOW - timedelta(minutes=90)}
    (notice,) = late(timedelta(minutes=30), marks, NOW)
    assert (notice.mapping, notice.path) == ("contacts", "/status")
    assert notice.text == "what Daktela holds is 1 h 30 min old, fresh_within allows 30 min"


def test_one_line_of_sync_yaml_is_a_deadline_of_the_loading_dag(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted from the logical date, where Airflow can; the other DAGs have none, and without the line none has."""
    dag: Any = load_dags(monkeypatch, runner.folder.parent).dags[LOADING]
    assert not dag.deadline
    rewrite(runner.folder / "sync.yaml", SCHEDULE, f"{SCHEDULE}\nfresh_within: 30m")
    bag = load_dags(monkeypatch, runner.folder.parent)
    assert bag.import_errors == {}
    loading: Any = bag.dags[LOADING]
    (deadline,) = loading.deadline
    assert deadline.interval == timedelta(minutes=30)
    assert type(deadline.reference) is type(COUNTED_FROM)
    assert deadline.callback.path == "salesforce_daktela.airflow.freshness.tell_late"
    assert deadline.callback.kwargs == {
        "sync": "default",
        "within": 1800.0,
        "mappings": ["accounts", "contacts", "leads", "opportunities"],
    }
    others: list[Any] = [bag.dags["reconcile__default"], bag.dags["plan__default"]]
    assert [bool(other.deadline) for other in others] == [False, False]


def test_a_run_that_has_no_logical_date_begins(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the pages and `airflow dags trigger` start it. Airflow 3.1 refuses a deadline that counts from that date."""
    rewrite(runner.folder / "sync.yaml", SCHEDULE, f"{SCHEDULE}\nfresh_within: 30m")
    bag = load_dags(monkeypatch, runner.folder.parent)
    opened: Any = settings.Session
    session = opened()
    try:
        session.merge(DagBundleModel(name="dags-folder"))
        session.flush()
        sync_bag_to_db(bag, "dags-folder", None, session=session)
        dag: Any = SerializedDagModel.get_dag(LOADING, session=session)
        run = dag.create_dagrun(
            run_id="manual__1",
            logical_date=None,
            run_after=NOW,
            run_type=DagRunType.MANUAL,
            triggered_by=DagRunTriggeredByType.REST_API,
            state=DagRunState.QUEUED,
            session=session,
        )
        assert run.logical_date is None
    finally:
        session.rollback()
        session.close()


@pytest.mark.usefixtures("runner")
def test_a_missed_deadline_tells_what_is_too_old_and_only_that(mails: Mails) -> None:
    """As the triggerer calls it: with the sync and the seconds, and whatever else it may pass."""
    asyncio.run(tell_late(sync="default", within=3600.0, context={}))
    assert mails == []
    asyncio.run(tell_late(sync="default", within=0.0, context={}))
    ((_, mail),) = mails
    assert mail["Subject"] == "Salesforce to Daktela, default: late"
    html = mail.get_body(("html",)).get_content()
    assert f'href="{PAGES}/syncs/default/status"' in html
    assert "Run " not in html


def test_a_mapping_that_is_no_more_is_never_late(mails: Mails, runner: Runner, carry: Carry) -> None:
    """The ledger keeps the watermark of a renamed or removed mapping, and nobody could end that alert."""
    rewrite(runner.folder / "sync.yaml", SCHEDULE, f"{SCHEDULE}\nfresh_within: 1h")
    runner.ledger.watermarks.move("default", "former", NOW - timedelta(days=365), "run", fingerprint="")
    asyncio.run(tell_late(sync="default", within=3600.0, mappings=["accounts", "contacts"]))
    end(carry())
    assert mails == []
    asyncio.run(tell_late(sync="default", within=3600.0))
    assert len(mails) == 1


def test_a_run_that_is_deferred_in_time_is_late_all_the_same(
    mails: Mails, carry: Carry, sandbox: Sandbox, runner: Runner
) -> None:
    """Airflow takes it for a success, and drops its deadline."""
    rewrite(runner.folder / "sync.yaml", SCHEDULE, f"{SCHEDULE}\nfresh_within: 0s")
    sandbox.salesforce.switch(quota_remaining=15_000)
    end(carry())
    ((_, mail),) = mails
    assert mail["Subject"] == "Salesforce to Daktela, default: deferred, late"
