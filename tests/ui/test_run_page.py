"""The page of one run, the list of runs and the tab, over Airflow's database and a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import ExtractCheckpoint, PartTotals, RunTotals
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.traffic import Sent, Traffic
from tests.ui.conftest import Ask
from tests.ui.watched import COMPARING, HOSTILE, LOADING, NOW, PLAN, add_run, add_task, deploy, forget_airflow, id_of

RUN = "scheduled__2026-07-01T12:00:00+00:00"
PAGE = "/syncs/sales/runs/scheduled__2026-07-01T12%3A00%3A00%2B00%3A00"
TRAFFIC = Traffic(sent=Sent(calls=1300, throttled=4, retries=6), began=NOW, ended=NOW + timedelta(seconds=130))
READ = Traffic(sent=Sent(calls=7, throttled=1, retries=2), began=NOW, ended=NOW + timedelta(seconds=14))
REPORT = RunReport(
    sync="sales",
    run_id=RUN,
    mapping="contacts",
    mode="incremental",
    state="settled",
    started=NOW.isoformat(),
    finished=(NOW + timedelta(minutes=3)).isoformat(),
    extracted=1236,
    outcomes={"created": 1234, "rejected": 2},
    rejects=({"code": "phone_invalid", "field": "customFields.number", "count": 2},),
    rejected=({"id": id_of("contacts", 7), "code": "phone_invalid", "field": "x", "link": "https://org/7"},),
    notes={"stored_differently.title.cut": 5},
    watermark_before=(NOW - timedelta(days=1)).isoformat(),
    watermark=NOW.isoformat(),
    salesforce_calls=7,
    traffic={"extract": READ, "load": TRAFFIC},
    plan=PLAN.to_dict(),
    approval={"approved": True, "by": HOSTILE},
    not_found=(HOSTILE,),
    left_out=("customFields.fax",),
    waiting=3,
    waiting_since=NOW.isoformat(),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The ledger that the pages read."""
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def sales(server: object, add_sync: Callable[[str], Path]) -> Iterator[None]:  # noqa: ARG001 Airflow's database
    """A sync with its DAGs; Airflow's database is emptied afterwards."""
    deploy(add_sync("sales"))
    yield
    forget_airflow()


def keep(ledger: Ledger, report: RunReport) -> None:
    totals = RunTotals(
        sync=report.sync,
        run_id=report.run_id,
        mapping=report.mapping,
        mode=report.mode,
        since=None,
        until=None,
        extracted=report.extracted,
        counts=report.outcomes,
        notes=report.notes,
        state=report.state,
        started=NOW,
        finished=NOW,
    )
    ledger.totals.save_run(totals, report.to_dict())


@pytest.mark.usefixtures("sales")
def test_a_settled_run_tells_everything_that_its_report_holds(ask: Ask, ledger: Ledger) -> None:
    """And whatever somebody has named himself is text."""
    add_run(f"{LOADING}sales", RUN, "success")
    add_task(f"{LOADING}sales", RUN, "contacts.load", "success")
    keep(ledger, REPORT)
    page = ask(PAGE, role="viewer").text
    for piece in (
        "The run is settled",
        "1,234 created + 2 rejected = 1,236 read",
        "<code>phone_invalid</code>",
        "customFields.number",
        "1,300",
        "10 a second; 4 refused with 429, 6 repeated",
        "0.5 a second; 1 refused with 429, 2 repeated",
        "What Daktela stored differently",
        "customFields.fax",
        "12 records would be marked or deleted",
        "3 records wait for parents",
        id_of("contacts", 7),
        f'href="/dags/{LOADING}sales/runs/{PAGE.rpartition("/")[2]}/tasks/contacts.load"',
    ):
        assert piece in page
    assert HOSTILE not in page
    czech = ask(PAGE, headers={"Accept-Language": "cs"}).text.replace("\xa0", " ")
    assert "1 234 vytvořeno + 2 odmítnuto = přečteno 1 236" in czech


@pytest.mark.usefixtures("sales")
def test_a_run_whose_answer_was_taken_back_says_what_it_had_written(ask: Ask, ledger: Ledger) -> None:
    """The others are left for the run that asks again."""
    add_run(f"{LOADING}sales", RUN, "success")
    told = {"created": 1000, "deferred": 236}
    answer = {"approved": False, "by": "Jana"}
    keep(ledger, replace(REPORT, state="declined", outcomes=told, rejects=(), rejected=(), approval=answer))
    page = ask(PAGE).text
    assert "What the run had written before stays; the next run asks again." in page
    assert "1,000 created + 236 deferred = 1,236 read" in page


@pytest.mark.usefixtures("sales")
def test_a_run_that_its_check_has_ended_says_what_failed_and_that_nothing_was_written(ask: Ask) -> None:
    """Without a report of any mapping; whatever another system has told is text."""
    told = {"kind": "ConfigurationError", "what": f"no such user {HOSTILE}", "where": "Salesforce", "advice": "log in"}
    add_run(f"{LOADING}sales", RUN, "failed")
    add_task(f"{LOADING}sales", RUN, "preflight", "failed", failure=told)
    page = ask(PAGE).text
    for piece in (
        "The check before the run failed",
        "Salesforce: no such user",
        "log in",
        "Nothing was read or written",
    ):
        assert piece in page
    assert f"/dags/{LOADING}sales/runs/{PAGE.rpartition('/')[2]}/tasks/preflight" in page
    assert HOSTILE not in page


@pytest.mark.usefixtures("sales")
def test_a_cleared_run_that_its_check_has_ended_says_why_and_what_is_of_the_try_before(
    ask: Ask, ledger: Ledger
) -> None:
    """What that try has failed for is no reason any more."""
    told = {"kind": "ConfigurationError", "what": "no such user", "where": "Salesforce", "advice": "log in"}
    add_run(f"{LOADING}sales", RUN, "failed")
    add_task(f"{LOADING}sales", RUN, "preflight", "failed", failure=told)
    keep(ledger, replace(REPORT, state="failed", extracted=1300, failure="1300 extracted, 1236 loaded: load failed"))
    page = ask(PAGE).text
    for piece in (
        "The check before the run failed",
        "Salesforce: no such user",
        "is of the try before",
        "1,234 created",
    ):
        assert piece in page
    assert "contacts: 1300 extracted" not in page
    assert "Nothing was read or written" not in page


@pytest.mark.usefixtures("sales")
def test_a_run_that_a_limit_has_stopped_before_it_read_says_which(ask: Ask) -> None:
    """It is no failure, and the next run goes on."""
    add_run(f"{LOADING}sales", RUN, "success")
    add_task(f"{LOADING}sales", RUN, "preflight", "skipped", deferred="Salesforce: no calls are left today")
    page = ask(PAGE).text
    assert "A limit was reached before anything was read" in page
    assert "Salesforce: no calls are left today" in page


@pytest.mark.usefixtures("sales")
def test_a_sum_that_is_not_right_is_seen(ask: Ask, ledger: Ledger) -> None:
    """The failed tasks are one click away."""
    add_run(f"{LOADING}sales", RUN, "failed")
    add_task(f"{LOADING}sales", RUN, "contacts.load", "failed")
    keep(ledger, replace(REPORT, state="failed", extracted=1300, failure="1300 extracted, 1236 loaded: load failed"))
    page = ask(PAGE).text
    assert '<p class="problem">1,234 created + 2 rejected ≠ 1,300 read</p>' in page
    assert "contacts: 1300 extracted, 1236 loaded: load failed" in page
    assert "<td>1,300</td>" in page
    assert "The run failed" in page
    assert "<bdi>contacts.load</bdi>" in page


@pytest.mark.usefixtures("sales")
def test_a_run_under_way_shows_how_far_it_has_come(ask: Ask, ledger: Ledger) -> None:
    """Rows that were loaded of those that were read, the rate, and the time that is left."""
    add_run(f"{LOADING}sales", RUN, "running")
    checkpoint = ExtractCheckpoint(
        sync="sales",
        run_id=RUN,
        mapping="contacts",
        extraction="e",
        query_hash="q",
        api="bulk",
        job_id=None,
        locator=None,
        parts=({"rows": 2000}, {"rows": 1000}),
        since=None,
        until=NOW,
        read_at=NOW,
        rows_per_part=2000,
        finished=True,
    )
    ledger.checkpoints.save(checkpoint)
    assert "Read; not loaded yet" in ask(PAGE).text
    loaded = PartTotals(part=0, extracted=1000, counts={"created": 1000}, notes={})
    ledger.totals.save_part("sales", RUN, "contacts", "e", loaded)
    ledger.traffic.add("sales", RUN, "contacts", "load", replace(TRAFFIC, written=1300))
    page = ask(PAGE).text
    for piece in ("1,300 of 3,000 rows", "10 rows a second", "about 3 minutes left", "static/run.js"):
        assert piece in page


@pytest.mark.usefixtures("sales")
def test_a_run_that_nobody_knows_is_a_page(ask: Ask, ledger: Ledger) -> None:
    """One that was started in a terminal is known to the ledger alone."""
    missing = ask(PAGE)
    assert (missing.status_code, "There is no such run" in missing.text) == (404, True)
    keep(ledger, REPORT)
    assert "Started in a terminal" in ask(PAGE).text


@pytest.mark.usefixtures("sales")
def test_a_ledger_that_is_not_there_does_not_hide_the_run(ask: Ask) -> None:
    """Airflow's part of it is shown."""
    add_run(f"{LOADING}sales", RUN, "failed")
    assert "The run failed" in ask(PAGE).text
    assert "Failed" in ask("/syncs/sales/runs").text


@pytest.mark.usefixtures("sales")
def test_the_list_has_the_runs_of_all_dags_and_of_terminals(ask: Ask, ledger: Ledger) -> None:
    """Newest first, with their counts; the next page goes on where this one ends."""
    add_run(f"{LOADING}sales", RUN, "success")
    add_run(f"{COMPARING}sales", "scheduled__compared", "success", at=NOW - timedelta(hours=1))
    keep(ledger, REPORT)
    keep(ledger, replace(REPORT, run_id="local__1"))
    page = ask("/syncs/sales/runs").text
    for piece in ("Comparison", "Terminal", "Load", '<td class="figure">1,234</td>', f"{PAGE}?dag=load"):
        assert piece in page
    for number in range(60):
        add_run(f"{LOADING}sales", f"manual__{number}", "success", at=NOW - timedelta(days=2, minutes=number))
    first = ask("/syncs/sales/runs").text
    assert ("manual__47?" in first, "manual__48?" in first) == (True, False)
    older = first.partition('rel="next" href="/salesforce-daktela')[2].partition('"')[0]
    second = ask(older).text
    assert ("manual__47?" in second, "manual__48?" in second, "manual__59?" in second) == (False, True, True)


@pytest.mark.usefixtures("sales")
def test_the_tab_is_the_same_page_and_polite_elsewhere(ask: Ask, ledger: Ledger) -> None:
    """Airflow shows it on every DAG before 3.4. Whoever may not read the DAG is refused as on the page."""
    add_run(f"{LOADING}sales", RUN, "success")
    keep(ledger, REPORT)
    address = f"/run?dag_id={LOADING}sales&run_id={RUN.replace('+', '%2B')}"
    assert "1,236 read" in ask(address).text
    assert "of another DAG" in ask("/run?dag_id=tutorial&run_id=x").text
    assert "of another DAG" in ask(f"/run?dag_id={LOADING}..%2F&run_id=x").text
    assert ask(address, role=None).status_code == 403


@pytest.mark.parametrize(
    ("task", "state", "waits"),
    [
        ("contacts.approve", "awaiting_input", True),
        ("contacts.approve", "deferred", True),
        ("contacts.extract", "deferred", False),
    ],
)
@pytest.mark.usefixtures("sales", "ledger")
def test_a_run_that_waits_for_an_answer_says_so_on_each_release(ask: Ask, task: str, state: str, waits: bool) -> None:
    """On Airflow 3.1 and 3.2 a task that asks is deferred, as is one that waits for Salesforce. So on Activate."""
    add_run(f"{LOADING}sales", RUN, "running")
    add_task(f"{LOADING}sales", RUN, task, state)
    for page in (PAGE, f"/syncs/sales/activate?run={RUN.replace('+', '%2B')}"):
        assert ("The run waits for an answer" in ask(page, role="op").text) == waits
