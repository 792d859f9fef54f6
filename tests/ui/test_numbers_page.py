"""The page of numbers: the last count, in both languages, and what is said without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.sync.readiness import Reachable, ReadinessCount
from tests.ui import watched
from tests.ui.conftest import Ask

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

PAGE = "/syncs/sales/numbers"


@pytest.fixture
def ledger(add_sync: Callable[[str], Path], mappings: Path) -> Iterator[Ledger]:
    """An empty ledger beside a sync."""
    opened = Ledger.open(f"sqlite:///{mappings.parent.parent / 'ledger.db'}")
    opened.upgrade()
    watched.deploy(add_sync("sales"))
    yield opened
    opened.close()
    watched.forget_airflow()


def record(number: int, numbers: tuple[bytes, ...], mapping: str = "contacts", model: str = "contacts") -> Reachable:
    id_ = watched.id_of(mapping, number)
    return Reachable(mapping=mapping, model=model, id=id_, numbers=numbers, addresses=())


def count(ledger: Ledger) -> None:
    """Two contacts with one number, one without any, an account without a contact."""
    counted = ReadinessCount()
    counted.add([record(1, (b"a",)), record(2, (b"a",)), record(3, ()), record(4, (b"b",))])
    counted.add([record(5, (b"c",), "accounts", "accounts")])
    found = counted.report({"accounts": "accounts", "contacts": "contacts"})
    ledger.number_counts.save("sales", found.to_dict(), watched.NOW)


@pytest.mark.usefixtures("ledger")
def test_without_a_count_the_page_says_how_to_make_one(ask: Ask) -> None:
    page = ask(PAGE).text
    assert "Nothing was counted yet." in page
    assert "salesforce-daktela numbers sales" in page


def test_findings_are_named_with_ids_that_lead_to_the_record(ask: Ask, ledger: Ledger) -> None:
    """For who may see values there; others see the Ids alone. Also in Czech."""
    count(ledger)
    page = ask(PAGE, role="user").text
    for text in (
        "contacts: 25 % of calls would be recognised.",
        "accounts: 100 % of calls would be recognised.",
        "Numbers in several records: 1. Addresses in several records: 0.",
        "Neither a number nor an address",
        "Accounts without a contact",
    ):
        assert text in page
    for number in (1, 2, 3):
        id_ = watched.id_of("contacts", number)
        assert f'href="/salesforce-daktela/syncs/sales/record?q={id_}"' in page
    assert watched.id_of("contacts", 4) not in page
    seen = ask(PAGE).text
    assert watched.id_of("contacts", 1) in seen
    assert "/record?q=" not in seen
    assert "Účty bez kontaktu" in ask(PAGE, headers={"Accept-Language": "cs"}).text


def test_why_the_ledger_does_not_tell_is_said_in_the_page_s_language(ask: Ask, ledger: Ledger) -> None:
    """One of an earlier release, as on every other page."""
    with ledger.db.write("test") as connection:
        connection.exec_driver_sql("UPDATE sfd_settings SET value = '1' WHERE key = 'schema_version'")
    assert "the ledger has version 1, this program reads version" in ask(PAGE).text
    assert "evidence má verzi 1, tento program čte verzi" in ask(PAGE, headers={"Accept-Language": "cs"}).text


def test_a_count_is_forgotten_with_a_record_that_it_names_and_with_its_sync(ledger: Ledger) -> None:
    count(ledger)
    assert not ledger.number_counts.forget("sales", watched.id_of("contacts", 4))
    assert ledger.number_counts.read("sales") is not None
    assert ledger.number_counts.forget("sales", watched.id_of("contacts", 1))
    assert ledger.number_counts.read("sales") is None
    count(ledger)
    ledger.bindings.reset("sales")
    assert ledger.number_counts.read("sales") is None
