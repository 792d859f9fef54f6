"""The page of how one sync is, over real folders, Airflow's database and the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.sync.run_report import counted_report
from tests.ui import watched
from tests.ui.conftest import SHIPPED, Ask
from tests.ui.watched import HOSTILE, LOADING, NOW

pytestmark = pytest.mark.usefixtures("emptied_airflow")

PAGE = "/syncs/sales/status"
REPORT: dict[str, Any] = {
    "kind": "load",
    "run_id": "run-2",
    "mapping": "contacts",
    "finished": NOW.isoformat(),
    "calls_left": 15_000,
    "calls_allowed": 100_000,
    "daktela": {"calls": 40, "throttled": 2, "retries": 0, "rate": 8.24},
    "drift": [
        {"mapping": "contacts", "side": "salesforce", "field": HOSTILE, "kind": "vanished", "severity": "error"},
        {"mapping": "contacts", "side": "daktela", "field": "title", "kind": "later", "severity": "other"},
    ],
    "left_out": ["customFields.email"],
    "deferred": "",
}


def texts_of(page: str) -> str:
    """The page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_sync_that_is_not_there_is_no_page(ask: Ask) -> None:
    """And no error."""
    assert ask(PAGE).status_code == 404


def test_before_the_first_run_the_page_says_so(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """With what is known: its mappings, and that nothing is settled."""
    watched.deploy(add_sync("sales"))
    page = texts_of(ask(PAGE).text)
    assert "No run yet." in page
    assert "contacts Contact → contacts never – 0 0" in page
    assert "cannot be read" not in page


def test_the_page_says_what_the_ledger_counts(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Runs with their outcomes, mappings with how far they are, why records are rejected, who waits."""
    watched.deploy(add_sync("sales"))
    watched.add_run(f"{LOADING}sales", watched.run_of(0), "success")
    watched.remember(ledger, "sales", runs=3)
    source = ask(PAGE).text
    page = texts_of(source)
    assert "Nothing asks for anybody." in page
    assert source.count('class="ground"') == 3
    assert "Failed 1,500 " in page
    assert "phone_invalid customFields.number The value holds something that is not a phone number." in page
    assert "20 accounts 5 · contacts 5 · leads 5 · opportunities 5 3 hours ago" in page
    assert "84,000 of 100,000" in page
    assert "contacts : Salesforce Industry offers new values," in page
    assert "contacts: 30 wait for accounts, the oldest 2 days ago" in page
    assert 'href="/salesforce-daktela/syncs/sales/answers"' in source


def test_rows_of_mappings_add_up_to_the_reasons(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """15 rejects of each, in two tables."""
    watched.deploy(add_sync("sales"))
    watched.remember(ledger, "sales", runs=1)
    page = texts_of(ask(PAGE).text)
    for mapping in watched.MAPPINGS:
        [counted] = re.findall(rf" {mapping} \w+ → \w+ [^–]*? (\d+) (\d+) ", page)[:1]
        assert counted == ("15", "30" if mapping == "contacts" else "0")


def test_hostile_names_are_text_also_in_czech(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """A mapping that only the ledger knows, named by nobody of ours."""
    watched.deploy(add_sync("sales"))
    watched.remember(ledger, "sales", runs=1)
    ledger.watermarks.move("sales", HOSTILE, NOW, "run", fingerprint="f")
    page = ask(PAGE, headers={"Accept-Language": "cs"}).text
    assert "&lt;script&gt;document.title=1&lt;/script&gt;" in page
    assert HOSTILE not in page
    assert "Poslední běhy" in page


def test_a_ledger_of_another_version_is_said(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """A newer one, too."""
    watched.deploy(add_sync("sales"))
    with ledger.db.write("test") as connection:
        connection.exec_driver_sql("UPDATE sfd_settings SET value = '99' WHERE key = 'schema_version'")
    assert "run the newest program that has been used with it" in texts_of(ask(PAGE).text)


def test_reports_tell_limits_changes_and_what_is_left_out() -> None:
    """Of the latest run of each mapping; a change that several runs report counts once."""
    from salesforce_daktela.ui.watching.health.reports import gather

    older = {**REPORT, "run_id": "run-1", "finished": (NOW - timedelta(hours=1)).isoformat(), "left_out": ["title"]}
    leads = {**older, "mapping": "leads", "calls_left": 1, "drift": [], "daktela": None}
    told = gather([{**REPORT, "calls_left": None}, older, leads, {**REPORT, "kind": "comparison", "calls_left": 7}])
    assert told.calls is not None
    assert (told.calls.left, told.calls.allowed, told.calls.at) == (15_000, 100_000, NOW - timedelta(hours=1))
    assert told.traffic is not None
    assert (told.traffic.calls, told.traffic.throttled, told.traffic.rate) == (40, 2, 8.24)
    assert [change.field for change in told.changes] == [HOSTILE, "title"]
    assert told.fresh == 2
    assert told.left_out == {"contacts": ("customFields.email",), "leads": ("title",)}


def test_a_failed_run_says_why_in_the_products_words(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Of this run alone, as text; the sentence leads to the run."""
    watched.deploy(add_sync("sales"))
    watched.add_run(f"{LOADING}sales", watched.run_of(1), "failed")
    for number, failure in ((1, f"12 of 40 records were rejected {HOSTILE}"), (2, "an older failure")):
        totals = watched.totals_of("sales", "contacts", number)
        ledger.totals.save_run(totals, {**counted_report(asdict(totals)), "failure": failure})
    page = ask(PAGE).text
    assert "contacts: 12 of 40 records were rejected &lt;script&gt;" in page
    assert "an older failure" not in page
    assert (
        f'href="/salesforce-daktela/syncs/sales/runs/{quote(watched.run_of(1), safe="")}">The last run failed' in page
    )


def test_limits_say_what_is_kept_for_others() -> None:
    """The bar is red where the reserve is reached."""
    from salesforce_daktela.ui.watching.health.limits import show_limits
    from salesforce_daktela.ui.watching.health.reports import gather
    from salesforce_daktela.ui.wording import Language, words_in

    spec = load_sync(SHIPPED)
    spec = replace(spec, limits=replace(spec.limits, reserve_api_calls=0.2, requests_per_second=10))
    now = NOW + timedelta(hours=2)
    salesforce, daktela = show_limits(gather([REPORT]), spec, now, words_in(Language.ENGLISH))
    assert salesforce.value == "15,000 of 100,000"
    assert salesforce.remark == "20,000 are kept for others; as a run saw it 2 hours ago"
    assert salesforce.meter is not None
    assert (salesforce.meter.left, salesforce.meter.reserve, salesforce.meter.low) == (36, 48, True)
    assert daktela.value == "8.2"
    assert "sync.yaml allows 10; 40 requests in the run" in daktela.remark
    assert "2 of them refused as too many" in daktela.remark


def test_changes_that_stop_a_field_come_first_and_unknown_ones_are_shown() -> None:
    """Words of a later release are no error."""
    from salesforce_daktela.ui.watching.health.reports import gather
    from salesforce_daktela.ui.watching.status.schema_changes import show_changes
    from salesforce_daktela.ui.wording import Language, words_in

    changes = gather([REPORT]).changes
    rows = show_changes(tuple(reversed(changes)), NOW, words_in(Language.ENGLISH))
    assert [(row.severity, row.side, row.what) for row in rows] == [
        ("Stops a field", "Salesforce", "is gone, or hidden from this user"),
        ("other", "Daktela", "later"),
    ]
