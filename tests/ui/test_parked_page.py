"""The page of waiting children: who waits for whom, and why the parent is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.records.entries import Waiting
from tests.ui import watched
from tests.ui.conftest import Ask

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

PAGE = "/syncs/sales/parked"


@pytest.fixture
def sales(add_sync: Callable[[str], Path], mappings: Path) -> Iterator[Ledger]:
    """A sync with 130 contacts that wait: 30 for accounts that are rejected, 100 for accounts that were never read."""
    ledger = Ledger.open(f"sqlite:///{mappings.parent.parent / 'ledger.db'}")
    ledger.upgrade()
    watched.deploy(add_sync("sales"))
    watched.remember(ledger, "sales", runs=1, rejected=120, parked=130)
    yield ledger
    ledger.close()
    watched.forget_airflow()


@pytest.mark.usefixtures("sales")
def test_causes_are_named_with_counts_and_advice(ask: Ask) -> None:
    """The cause and not its symptom: why the parents are rejected, with the way to these rejects. Also in Czech."""
    page = ask(PAGE).text
    assert "130 records wait for their parents." in page
    assert "Its parent is rejected." in page
    assert "The value holds something that is not a phone number." in page
    assert 'href="/salesforce-daktela/syncs/sales/rejects?mapping=accounts&amp;code=phone_invalid"' in page
    assert "Its parent was never read: the filter of its mapping leaves it out" in page
    assert 'href="?mapping=contacts&amp;parent=accounts&amp;cause=parent_unread#records"' in page
    assert "Jeho nadřazený záznam je odmítnutý." in ask(PAGE, headers={"Accept-Language": "cs"}).text


@pytest.mark.parametrize("query", ["", "cause=parent_unread"])
@pytest.mark.usefixtures("sales")
def test_every_child_is_on_exactly_one_page(query: str, ask: Ask) -> None:
    """However the pages are turned, narrowed or not."""
    address, seen = f"{PAGE}?{query}", list[str]()
    while address:
        page = ask(address).text
        seen += re.findall(r'<th scope="row"><[^>]*class="name"[^>]*>(\w+)<|<th scope="row">\s*<[^>]*>(\w+)<', page)
        onward = re.search(r'rel="next" href="([^"#]*)', page)
        address = f"{PAGE}{onward[1].replace('&amp;', '&')}" if onward else ""
    assert len(seen) == len(set(seen)) == (100 if query else 130)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("id=001000000000120AAA", "003000000001100AAA"),
        ("id=003000000001100AAA", "001000000000120AAA"),
        ("id=nobody", "Id has 15 or 18"),
        ("id=001000000009999AAA", "Nothing waits like that"),
        ("cause=nonsense", "003000000001000AAA"),
        ("after=nonsense", "003000000001000AAA"),
        ("mapping=leads", "Nothing waits like that"),
        ("mapping=%00", "003000000001000AAA"),
    ],
)
@pytest.mark.usefixtures("sales")
def test_the_list_is_narrowed_by_what_the_address_says(query: str, said: str, ask: Ask) -> None:
    """By the Id of a child or of its parent; what cannot be understood narrows nothing, or finds nothing."""
    reply = ask(f"{PAGE}?{query}")
    assert reply.status_code == 200
    assert said in reply.text


def test_a_chain_of_parents_leads_to_its_end(ask: Ask, sales: Ledger) -> None:
    """A parent that waits itself has a link to what it waits for."""
    parent, above = watched.id_of("accounts", 900), watched.id_of("accounts", 901)
    child = watched.id_of("contacts", 5000)
    sales.parking.park(
        "sales", "contacts", [Waiting(id=child, parent_mapping="accounts", parent_id=parent)], watched.NOW
    )
    sales.parking.park(
        "sales", "accounts", [Waiting(id=parent, parent_mapping="accounts", parent_id=above)], watched.NOW
    )
    page = ask(f"{PAGE}?id={child}").text
    assert "Its parent waits for a parent of its own." in page
    assert f'href="?id={parent}#records"' in page


def test_a_ledger_that_cannot_tell_is_no_error(ask: Ask, add_sync: Callable[[str], Path], mappings: Path) -> None:
    """Not there yet, empty, or of a newer program; files with mistakes still have their list."""
    assert ask(PAGE).status_code == 404
    folder = add_sync("sales")
    assert ask(PAGE).status_code == 200
    ledger = Ledger.open(f"sqlite:///{mappings.parent.parent / 'ledger.db'}")
    ledger.upgrade()
    assert "No record of this sync waits for another one." in ask(PAGE).text
    watched.remember(ledger, "sales", runs=1, parked=3)
    (folder / "contacts.yaml").write_text("nonsense: 1\n")
    assert "3 records wait for their parents." in ask(PAGE).text
    with ledger.db.write() as connection:
        connection.exec_driver_sql("UPDATE sfd_settings SET value = '99' WHERE key = 'schema_version'")
    ledger.close()
    assert "The ledger cannot be read" in ask(PAGE).text
