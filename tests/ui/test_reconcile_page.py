"""The page of comparisons over a real folder, Airflow's database and the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.steps.reconcile.report import ReconcileReport
from tests.ui import watched
from tests.ui.conftest import Ask
from tests.ui.watched import COMPARING, HOSTILE, NOW

pytestmark = pytest.mark.usefixtures("emptied_airflow")

PAGE = "/syncs/sales/reconcile"
DAG = f"{COMPARING}sales"
RUN, BEFORE = "manual__2", "scheduled__1"


def compare(
    ledger: Ledger,
    run_id: str,
    mapping: str,
    counts: Mapping[str, int],
    *,
    state: str = "compared",
    hours: int = 0,
    report: bool = True,
    **more: Any,
) -> None:
    """Settle one mapping of a comparison that ended so many hours ago."""
    ended, mode = NOW - timedelta(hours=hours), "repair" if state == "repaired" else "reconcile"
    started = ended - timedelta(minutes=3)
    found = ReconcileReport(
        sync="sales",
        run_id=run_id,
        mapping=mapping,
        mode=mode,
        state=state,
        started=started.isoformat(),
        finished=ended.isoformat(),
        counts=counts,
        **{"salesforce": sum(counts.values()), "daktela": sum(counts.values()), **more},
    )
    totals = RunTotals(
        sync="sales",
        run_id=run_id,
        mapping=mapping,
        mode=mode,
        since=None,
        until=None,
        extracted=found.salesforce,
        counts=dict(counts),
        notes=dict(found.repaired),
        state="settled",
        started=started,
        finished=ended,
        calls=found.salesforce_calls,
    )
    ledger.totals.save_run(totals, found.to_dict() if report else None)


def rows(page: str, heading: str) -> list[str]:
    """The rows of a table as text."""
    table = page.split(heading)[1].split("</table>")[0]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in table.split("<tbody>")[1].split("</tr>")
    ]


def test_what_was_found_adds_up_and_leads_to_the_records(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """Parents first, as the sync names them, with both sides' numbers, and Ids for who may see values."""
    watched.deploy(add_sync("sales"))
    watched.add_run(DAG, RUN, "success")
    contacts = {"right": 90, "missing": 3, "different": 2, "pending": 1}
    compare(ledger, RUN, "contacts", contacts, samples={"missing": ["003000000000001AAA"]}, daktela=95)
    compare(ledger, RUN, "accounts", {"right": 40, "gone": 1})
    page = ask(PAGE, role="user").text
    found = rows(page, 'id="found"')
    assert found[0].startswith("accounts Compared 41 41 40 0 0 0 1 0")
    assert found[1].startswith("contacts Compared 96 95 90 3 2 0 0 1")
    assert found[2].startswith("All together 137 136 130 3 2 0 1 1")
    assert "003000000000001AAA" in page
    assert "/record?q=003000000000001AAA" not in ask(PAGE, role="viewer").text


def test_the_cost_is_that_of_the_last_comparison(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """By mapping; one that was deferred says nothing, and one that was never compared is counted in the ledger."""
    watched.deploy(add_sync("sales"))
    watched.remember(ledger, "sales", runs=1)
    compare(ledger, BEFORE, "contacts", {"right": 4000, "missing": 12}, hours=9, salesforce_calls=17)
    compare(ledger, RUN, "contacts", {}, state="deferred", deferred="the limit")
    cost = rows(ask(PAGE).text, 'id="compare"')
    assert cost[0].startswith("accounts Account → accounts about 20 as many as a run that reads everything about 2")
    assert cost[1].endswith("4,012 / 4,012 about 17 about 6 about 12 3 minutes")


def test_earlier_comparisons_are_listed_and_opened(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Also those of an earlier release, of which only totals are kept, and those that Airflow has forgotten."""
    watched.deploy(add_sync("sales"))
    watched.add_run(DAG, RUN, "success")
    compare(ledger, RUN, "contacts", {"right": 90, "missing": 3}, state="repaired", repaired={"created": 3})
    compare(ledger, BEFORE, "contacts", {"right": 70, "extra": 2}, hours=50, report=False)
    page = ask(PAGE).text
    history = rows(page, 'id="history"')
    assert re.search(r"Repaired contacts 90 3 0$", history[0])
    assert re.search(r"Compared contacts 70 2 0$", history[1])
    assert "Done: Created 3" in page
    old = ask(f"{PAGE}?run={BEFORE}").text
    assert rows(old, 'id="found"')[0].startswith("contacts Compared 72 – 70 0 0 2 0")
    assert "Show the latest comparison" in old


def test_a_repair_that_failed_says_why(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Where it is shown, and in the list."""
    watched.deploy(add_sync("sales"))
    watched.add_run(DAG, RUN, "failed")
    why = "7 of 9 records were rejected, more than the 1.00% that reject_above allows"
    compare(
        ledger, RUN, "contacts", {"missing": 9}, state="failed", failure=why, repaired={"created": 2, "rejected": 7}
    )
    page = ask(PAGE).text
    assert "Repair failed" in rows(page, 'id="history"')[0]
    assert "Repair failed" in rows(page, 'id="found"')[0]
    assert why in page


def test_one_that_is_under_way_is_followed(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """No other one is started beside it, and what it asks is answered elsewhere."""
    watched.deploy(add_sync("sales"))
    watched.add_run(DAG, RUN, "running")
    page = ask(PAGE, role="user").text
    assert f'data-run="{RUN}" data-state="running"' in page
    assert "One comparison at a time" in page
    assert "waits for an answer" not in page
    watched.add_task(DAG, RUN, "contacts.approve", "awaiting_input")
    assert "The repair waits for an answer" in ask(PAGE, role="user").text


@pytest.mark.parametrize(("role", "acts"), [("viewer", False), ("user", True)])
def test_who_may_start_runs_starts_a_comparison(
    ask: Ask, add_sync: Callable[[str], Path], role: str, acts: bool
) -> None:
    """Others see which right is missing; a DAG that is off is said to be."""
    watched.deploy(add_sync("sales"), paused=True)
    page = ask(PAGE, role=role).text
    assert (f'data-start="{DAG}"' in page, "the right to start runs of the DAG" in page) == (True, not acts)
    assert ("disabled data-acts>Compare both sides" in page) is acts
    assert "is paused" in page


def test_without_a_dag_or_a_ledger_the_page_says_so(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """And there is no such page without a sync."""
    assert ask(PAGE).status_code == 404
    add_sync("sales")
    page = ask(PAGE).text
    assert f"Airflow has not made the DAG {DAG} yet" in page
    assert "No comparison has come to its end yet" in page


def test_texts_are_texts(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Whatever a mapping, a person or an Id is called, in both languages."""
    add_sync("sales")
    approval = {"approved": True, "by": HOSTILE}
    more: dict[str, Any] = {
        "samples": {"missing": [HOSTILE]},
        "approval": approval,
        "reasons": (HOSTILE,),
        "left_out": (HOSTILE,),
    }
    compare(ledger, RUN, HOSTILE, {"missing": 1}, repaired={HOSTILE: 1}, **more)
    for language in ("en", "cs"):
        page = ask(PAGE, role="user", headers={"Accept-Language": language}).text
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page
