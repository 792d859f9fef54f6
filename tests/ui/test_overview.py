"""The page of how all syncs are, over real folders, Airflow's database and the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from tests.ui import watched
from tests.ui.conftest import Ask
from tests.ui.watched import ASKING, LOADING, NOW, PLAN

pytestmark = pytest.mark.usefixtures("emptied_airflow")

PAGE = "/overview"


def rows_of(page: str) -> list[str]:
    """The rows of the table as text, without tags."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("</tr>")[:-1]]


def test_without_a_sync_the_page_leads_to_the_first_one(ask: Ask) -> None:
    """And shows no empty table."""
    page = ask(PAGE).text
    assert "There is no sync yet" in page
    assert '/overview" aria-current="page">Overview</a>' in page
    assert "<table" not in page


def test_a_sync_shows_what_the_ledger_counts(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Rejects and waiting children with the oldest, the mapping that is furthest behind, the latest runs."""
    watched.deploy(add_sync("sales"))
    watched.add_run(f"{LOADING}sales", watched.run_of(0), "success")
    watched.remember(ledger, "sales", runs=3)
    page = ask(PAGE).text
    [row] = rows_of(page)
    assert "Active" in row
    assert "Succeeded" in row
    assert "3 hours opportunities 60 the oldest 3 hours ago 30 the oldest 2 days ago" in row
    assert 'aria-label="The last 3 runs: 1 failed, 2 with rejected records"' in page


def test_syncs_that_need_somebody_come_first(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """A failed run and a question before a paused sync, before one that is well."""
    for name, paused in (("a_well", False), ("b_off", True), ("c_asks", False), ("d_failed", False)):
        watched.deploy(add_sync(name), paused=paused)
        watched.remember(ledger, name, runs=2)
    watched.add_run(f"{LOADING}c_asks", ASKING, "running")
    watched.ask_for_approval(f"{LOADING}c_asks", ASKING, "contacts", PLAN)
    watched.add_run(f"{LOADING}d_failed", watched.run_of(0), "failed")
    page = ask(PAGE).text
    assert [row.split()[0] for row in rows_of(page)] == ["c_asks", "d_failed", "b_off", "a_well"]
    assert "1 task waits for an answer, asked 3 hours ago" in page
    assert "The last run failed" in page
    assert "2 syncs need somebody" in page
    assert "1 sync is well" in page


@pytest.mark.parametrize(
    ("counts", "said"), [({}, "nothing was written"), ({"created": 3}, "what it had written before stays")]
)
def test_a_declined_run_says_whether_it_had_written(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger, counts: dict[str, int], said: str
) -> None:
    """Before the answer was taken back, or by another mapping."""
    watched.deploy(add_sync("sales"))
    ledger.totals.save_run(replace(watched.totals_of("sales", "contacts", 0), state="declined", counts=counts))
    watched.add_run(f"{LOADING}sales", watched.run_of(0), "success")
    assert f"Somebody declined the last run: {said}, the next one asks again" in ask(PAGE).text


def test_a_run_under_way_does_not_hide_that_the_one_before_failed(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """The need leads to the run that failed."""
    watched.deploy(add_sync("sales"))
    failed = watched.totals_of("sales", "contacts", 1)
    ledger.totals.save_run(failed)
    watched.add_run(f"{LOADING}sales", watched.run_of(0), "running")
    page = ask(PAGE).text
    assert "The run before this one failed" in page
    assert f"/syncs/sales/runs/{quote(failed.run_id, safe='')}" in page


def test_files_with_mistakes_lead_who_may_edit_to_the_mapping(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Others are told, and led nowhere that they may not go."""
    folder = add_sync("sales")
    watched.deploy(folder)
    (folder / "contacts.yaml").write_text("odd: 1\n")
    assert 'href="/salesforce-daktela/syncs/sales/map">Its files have mistakes' in ask(PAGE, role="user").text
    reads = ask(PAGE, role="viewer").text
    assert "Its files have mistakes" in reads
    assert "/syncs/sales/map" not in reads


def test_plans_and_comparisons_are_no_runs_of_the_chart(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """Their counts are not what was written."""
    watched.deploy(add_sync("sales"))
    for number, mode in enumerate(("plan", "reconcile", "repair", "full")):
        ledger.totals.save_run(replace(watched.totals_of("sales", "contacts", number), mode=mode))
    watched.add_run(f"{LOADING}sales", watched.run_of(0), "success")
    page = ask(PAGE).text
    assert 'aria-label="The last 1 runs: 0 failed, 0 with rejected records"' in page
    assert "Planned only" in page


def test_a_run_of_which_rows_are_missing_is_not_drawn(ledger: Ledger) -> None:
    """More mappings than a page reads rows for: its sums would be too small."""
    from salesforce_daktela.ui.watching.health.reading import MOST_MAPPINGS, remember

    for number in range(2):
        for mapping in range(MOST_MAPPINGS + 5):
            ledger.totals.save_run(replace(watched.totals_of("sales", "leads", number), mapping=f"m{mapping:02d}"))
    assert [run.run_id for run in remember(ledger, "sales", runs=2).runs] == [watched.run_of(0)]
    assert [run.read for run in remember(ledger, "sales", runs=3).runs] == [
        25 * (39 + 15 + 320 + 1),
        25 * (40 + 15 + 300),
    ]


def test_a_run_that_a_limit_stopped_says_when_it_goes_on(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """On the clock of the sync's schedule; once the sync is off, somebody has to act."""
    folder = add_sync("sales")
    watched.deploy(folder)
    watched.add_run(f"{LOADING}sales", watched.run_of(5), "success")
    watched.remember(ledger, "sales", runs=6)
    assert "A limit was reached: nothing is lost, the run of" in ask(PAGE).text
    watched.deploy(folder, paused=True)
    assert "somebody has to start the next run" in ask(PAGE).text


def test_a_ledger_that_cannot_tell_is_said(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """One of an earlier release; the rest of the page stands."""
    watched.deploy(add_sync("sales"))
    with ledger.db.write("test") as connection:
        connection.exec_driver_sql("UPDATE sfd_settings SET value = '1' WHERE key = 'schema_version'")
    page = ask(PAGE).text
    assert "the ledger has version 1, this program reads version" in page
    assert "sales" in rows_of(page)[0]


def test_before_the_first_run_there_is_nothing_to_say(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """No ledger is no trouble."""
    watched.deploy(add_sync("sales"))
    page = ask(PAGE).text
    assert "None yet" in page
    assert "cannot be read" not in page


def test_columns_of_a_chart_add_up_to_their_runs() -> None:
    """Each outcome has its share, the smallest is seen, and none grows over the top."""
    from salesforce_daktela.ui.watching.health.chart import show_chart
    from salesforce_daktela.ui.watching.health.facts import RunSummary
    from salesforce_daktela.ui.wording import Language, words_in

    big = RunSummary(
        run_id="b", mode="full", state="failed", finished=NOW, counts={"unchanged": 999_999, "rejected": 1}
    )
    none = replace(big, run_id="n", state="settled", counts={}, finished=NOW + timedelta(hours=1))
    chart = show_chart([big, none], 40, "UTC", words_in(Language.ENGLISH))
    tall, empty = chart.columns
    assert [part.group for part in tall.parts] == ["same", "rejected"]
    assert tall.parts[-1].height >= 3
    assert min(part.y for part in tall.parts) >= 0
    assert tall.parts[0].y + tall.parts[0].height == chart.base
    assert tall.parts[1].y + tall.parts[1].height == tall.parts[0].y
    assert (tall.mark, empty.mark, empty.parts) == ("failed", "", ())
    assert tall.title.endswith("Failed, Unchanged, kept, converted, gone 999,999, Rejected 1")
    assert empty.title.endswith("nothing to do")
    assert ([column.x for column in chart.columns], chart.width) == ([0, 14], 28)
