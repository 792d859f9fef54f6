"""The page of schemas over a real folder, its lock file and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import RunTotals
from salesforce_daktela.ledger.store.tables import settings
from salesforce_daktela.steps.preflight.schema_lock import LOCK, write_lock
from salesforce_daktela.sync.drift import Change, ChangeKind, Severity
from salesforce_daktela.sync.run_report import RunReport
from salesforce_daktela.sync.seen_schema import SeenField, SeenSchema, Side
from tests.ui.conftest import Ask
from tests.ui.watched import HOSTILE, NOW, run_of

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

PAGE = "/syncs/sales/schema"
GONE = Change(
    mapping="contacts",
    side=Side.SALESFORCE,
    field="Title",
    kind=ChangeKind.VANISHED,
    severity=Severity.ERROR,
    was="string, 128 characters",
    now=None,
)
NEW = Change(
    mapping="contacts",
    side=Side.DAKTELA,
    field="customFields.new",
    kind=ChangeKind.APPEARED,
    severity=Severity.INFO,
    was=None,
    now="TEXT",
)
CONTACT = SeenSchema(of="Contact", fields={"Name": SeenField(type="string", length=80)})


def tell(ledger: Ledger, number: int, *changes: Change, state: str = "settled", mapping: str = "contacts") -> None:
    """Settle a mapping in the run of ``number`` hours ago, with changes of schema in its report."""
    ended = NOW - timedelta(hours=number)
    report = RunReport(
        sync="sales",
        run_id=run_of(number),
        mapping=mapping,
        mode="incremental",
        state=state,
        finished=ended.isoformat(),
        drift=tuple(change.to_dict() for change in changes),
    )
    totals = RunTotals(
        sync="sales",
        run_id=run_of(number),
        mapping=mapping,
        mode="incremental",
        since=None,
        until=None,
        extracted=0,
        counts={},
        notes={},
        state=state,
        started=ended,
        finished=ended,
    )
    ledger.totals.save_run(totals, report.to_dict())


def test_a_change_is_told_with_its_side_its_severity_and_since_when(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """The first run that told of it counts; what only an earlier run told is apart."""
    from salesforce_daktela.ui.watching.schema.history import told_changes

    add_sync("sales")
    tell(ledger, 3, NEW)
    tell(ledger, 2, GONE)
    tell(ledger, 1, GONE)
    tell(ledger, 0, state="deferred")
    tell(ledger, 0, mapping="accounts")
    told = told_changes(ledger.reports.latest("sales", 400), whole=True)
    assert [(each.change, each.run_id, each.still) for each in told] == [
        (GONE, run_of(2), True),
        (NEW, run_of(3), False),
    ]
    page = ask(PAGE).text
    assert "is gone, or hidden from our user; it was string, 128 characters" in page
    assert page.index("Salesforce · <bdi>contacts</bdi>") < page.index("Told by earlier runs")
    assert page.index("Told by earlier runs") < page.index("customFields.new")


def test_a_change_that_the_oldest_report_tells_of_may_be_older(ledger: Ledger) -> None:
    """Only so many reports are read."""
    from salesforce_daktela.ui.watching.schema.history import told_changes

    for number in range(3):
        tell(ledger, number, GONE)
    reports = ledger.reports.latest("sales", 2)
    assert [each.earlier for each in told_changes(reports, whole=False)] == [True]
    assert [each.earlier for each in told_changes(ledger.reports.latest("sales", 9), whole=True)] == [False]


def test_kinds_of_another_release_are_passed_over() -> None:
    """Their words are not known here."""
    from salesforce_daktela.ui.watching.schema.history import told_changes

    drift = [{**GONE.to_dict(), "kind": "coloured"}, NEW.to_dict(), {}]
    report = {"mapping": "contacts", "run_id": "r", "state": "settled", "finished": NOW.isoformat(), "drift": drift}
    assert [each.change for each in told_changes([report], whole=True)] == [NEW]


def test_what_runs_have_seen_is_listed_by_mapping(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """With what it is compared with."""
    folder = add_sync("sales")
    ledger.schemas.save("sales", "contacts", {Side.SALESFORCE: CONTACT}, NOW)
    page = ask(PAGE).text
    assert "1 field" in page
    assert page.count(">with the run before<") == 4
    assert "Nothing agreed" in page
    write_lock(folder, {"contacts": {Side.SALESFORCE: CONTACT}})
    page = ask(PAGE, headers={"Accept-Language": "en"}).text
    assert (page.count(">with the run before<"), page.count(">with the lock file<")) == (3, 1)
    assert ">Agreed<" in page


def test_a_lock_file_that_cannot_be_read_is_told_of(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """As the runs would."""
    (add_sync("sales") / LOCK).write_text("{")
    page = ask(PAGE).text
    assert "Every run stops until" in page
    assert "this is no lock file that the program can read" in page


def test_texts_are_texts(ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger) -> None:
    """Whatever a field is called, in both languages."""
    add_sync("sales")
    tell(ledger, 0, replace(NEW, field=HOSTILE, now=HOSTILE + "\u202e" + "x" * 10_000))
    for language in ("en", "cs"):
        page = ask(PAGE, headers={"Accept-Language": language}).text
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("version", "said"), [(b"0", "No run has compared them yet"), (b"99", "knows versions up to")])
def test_a_ledger_that_cannot_tell_is_no_error(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger, version: bytes, said: str
) -> None:
    """One that is not there yet, and one of a newer release."""
    add_sync("sales")
    with ledger.db.write("sales", "") as connection:
        connection.execute(update(settings).where(settings.c.key == "schema_version").values(value=version))
    reply = ask(PAGE)
    assert reply.status_code == 200
    assert said in reply.text


def test_broken_files_are_named_and_nothing_is_asked_of_the_systems(
    ask: Ask, add_sync: Callable[[str], Path], ledger: Ledger
) -> None:
    """What the ledger knows is shown all the same."""
    folder = add_sync("sales")
    (folder / "contacts.yaml").write_text("nonsense: 1\n")
    tell(ledger, 0, GONE)
    page = ask(PAGE, role="user").text
    assert "Its files have mistakes" in page
    assert "is gone, or hidden" in page
    assert 'id="look" disabled' in page


def test_only_who_may_edit_has_both_systems_read(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Others see why not."""
    add_sync("sales")
    assert "needs the right to edit" in ask(PAGE).text
    assert 'id="look" disabled' not in ask(PAGE, role="user").text
