"""Whole runs with everything that goes wrong in them: no value of a person is left anywhere but in Daktela."""

from __future__ import annotations

import json
import logging
import re
import traceback
from typing import Any

import pytest
import sqlalchemy as sa

from salesforce_daktela.daktela.read.lookup import find_by_match
from salesforce_daktela.daktela.wire.filters import Condition
from salesforce_daktela.errors import PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.log_filter import LIBRARIES
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.attacks.privacy import PERSONAL
from tests.scenarios.scenario_runner import Runner

SOBJECTS = ("Account", "Contact", "Lead", "Opportunity")
QUERY = "SELECT Id FROM Contact WHERE Email = 'jan@personal.example'"
SHORTEST = 6
"""Shorter values stand in any text by chance."""


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Ours at DEBUG, everybody else at INFO, and the library that logs addresses at DEBUG, too."""
    caplog.set_level(logging.INFO)
    for name in ("salesforce_daktela", *LIBRARIES):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def values_of(sandbox: Sandbox) -> re.Pattern[str]:
    """Every value of the org that belongs to a person and is long enough to be nobody else's."""
    rows = [row for sobject in SOBJECTS for row in sandbox.salesforce.records.read(sobject)]
    found = {str(row[field]).strip() for row in rows for field in PERSONAL if row.get(field)}
    long = {text for text in found if len(text) >= SHORTEST}
    own = {text for text in long if "@" in text or not text.isascii() or any(map(str.isdigit, text))}
    return re.compile("|".join(re.escape(text) for text in sorted(own)))


def ledger_texts(ledger: Ledger) -> list[str]:
    """Every row of every table."""
    with ledger.db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        assert {"sfd_records", "sfd_rejects", "sfd_runs"} <= set(tables)
        return [f"{name}: {row}" for name in tables for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))]  # noqa: S608


def fill_with_trouble(sandbox: Sandbox) -> None:
    """Values that a transform refuses, that Daktela refuses and quotes, and people who are there already."""
    records = sandbox.salesforce.records
    contacts = [row["Id"] for row in records.read("Contact") if not row["IsDeleted"]]
    records.update("Contact", contacts[0], {"Email": "příliš.žluťoučký kůň@nikde@example"})
    records.update(
        "Contact", contacts[1], {"LastName": "Podezřelý-Jméno 123456789", "Phone": "+420 601 123 456 789 000"}
    )
    sandbox.daktela.switch(error_echo=True, required_custom_field="number")


def test_runs_full_of_refusals_leave_no_value_behind(
    runner: Runner, sandbox: Sandbox, loud: pytest.LogCaptureFixture
) -> None:
    """Not in a line of the log, a text of an error, a report, a plan, a part's reference, or a row of the ledger."""
    fill_with_trouble(sandbox)
    reports = [*runner.run(RunRequest(mode=Mode.PLAN)).values(), *runner.run().values()]
    assert any(report.outcomes.get("rejected") for report in reports)
    records = sandbox.salesforce.records
    records.delete("Contact", next(row["Id"] for row in records.read("Contact") if not row["IsDeleted"]))
    reports += runner.run().values()
    told: list[str] = [json.dumps(report.to_dict(), default=str) for report in reports]
    told += [json.dumps(plan.to_dict(), default=str) + plan.table() for plan in runner.plans.values()]
    told += [record.getMessage() + (record.exc_text or "") for record in loud.records]
    told += ledger_texts(runner.ledger)
    values = values_of(sandbox)
    assert len(values.pattern) > 1_000
    assert [text for text in told if values.search(text)] == []


@pytest.mark.parametrize(
    "switches",
    [
        {"server_error": 1.0, "faults_on": "writes"},
        {"reset_before": 1.0, "faults_on": "writes"},
        {"without_result": 1.0},
        {"redirect": 1.0},
        {"contacts_right": "none"},
    ],
    ids=["failing", "cut", "without a result", "elsewhere", "no right"],
)
def test_runs_that_fail_leave_no_value_behind(
    runner: Runner, sandbox: Sandbox, loud: pytest.LogCaptureFixture, switches: dict[str, Any]
) -> None:
    """The error and everything it came from."""
    sandbox.daktela.switch(**switches)
    with pytest.raises(PipelineError) as caught:
        runner.run()
    texts = ["".join(traceback.format_exception(caught.value))]
    texts += [record.getMessage() + (record.exc_text or "") for record in loud.records]
    values = values_of(sandbox)
    assert [text for text in texts if values.search(text)] == []


def test_an_address_that_is_searched_for_is_cut_in_the_log(runner: Runner, loud: pytest.LogCaptureFixture) -> None:
    """The library underneath logs every request's address at DEBUG; only its question is left out."""
    find_by_match(runner.daktela, "contacts", "customFields.email", ["jan.novak@personal.example"], database="sales")
    list(runner.daktela.list_rows("users", where=Condition("email", "eq", "jan.novak@personal.example")))
    runner.salesforce.get_json("/services/data/v60.0/query", {"q": QUERY})
    lines = [record.getMessage() for record in loud.records if record.name in LIBRARIES]
    assert any('"GET /api/v6/contacts.json?... HTTP/1.1" 200' in line for line in lines)
    assert any('"GET /services/data/v60.0/query?... HTTP/1.1" 200' in line for line in lines)
    assert not any("personal.example" in line or "personal%2Eexample" in line for line in lines)
