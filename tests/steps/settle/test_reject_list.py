"""What a red task says of its rejects."""

from __future__ import annotations

from datetime import UTC, datetime

from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.settle.reject_list import FIRST, first_rejects, reject_text
from salesforce_daktela.sync.outcome import Outcome, Problem, RecordOutcome

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def refused(ledger: Ledger, run_id: str, *ids: str) -> None:
    """Daktela refuses these records' e-mail addresses in a run."""
    problem = Problem(code="daktela_refused", field="customFields.email")
    outcomes = [RecordOutcome(id=id_, outcome=Outcome.REJECTED, problems=(problem,)) for id_ in ids]
    ledger.rejects.save("crm", "contacts", run_id, outcomes, AT)


def ledger_with_rejects() -> Ledger:
    made = Ledger.open("sqlite://")
    made.upgrade()
    refused(made, "yesterday", "003000000000099AAA")
    refused(made, "today", *(f"0030000000000{n:02}AAA" for n in range(25)))
    return made


def test_the_first_twenty_of_this_run_are_named_with_their_links() -> None:
    """Those of earlier runs are not its doing; the rest are for the terminal."""
    found = first_rejects(ledger_with_rejects(), "crm", "contacts", "today", "https://acme.my.salesforce.com/")
    assert len(found) == FIRST == 20
    assert found[0] == {
        "id": "003000000000000AAA",
        "code": "daktela_refused",
        "field": "customFields.email",
        "link": "https://acme.my.salesforce.com/003000000000000AAA",
    }


def test_the_text_says_why_which_how_to_look_and_how_to_mend() -> None:
    """In this order, and complete without a look elsewhere."""
    counted = [{"code": "daktela_refused", "field": "customFields.email", "count": 2}]
    records = [{"id": "003A", "code": "daktela_refused", "field": "customFields.email", "link": "https://x/003A"}]
    assert reject_text("crm", "contacts", counted, records).splitlines() == [
        "Why records were rejected:",
        "  2 x daktela_refused in customFields.email",
        "Which records:",
        "  003A daktela_refused https://x/003A",
        "To see all: salesforce-daktela rejects --sync crm --mapping contacts",
        "When they are corrected: salesforce-daktela replay --sync crm --mapping contacts, or trigger this DAG in mode "
        "replay. Later runs try them again by themselves.",
    ]


def test_a_run_without_rejects_says_nothing_of_them() -> None:
    """Nor does it ask the ledger."""
    assert reject_text("crm", "contacts", [], []) == ""
