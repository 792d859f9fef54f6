"""The Salesforce CLI, as an administrator uses it: sign in with a token, query, describe, limits, a bulk export."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import requests

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox
from scripts.clients.running import Start
from scripts.clients.salesforce_cli import SalesforceCli
from tests.conformance.salesforce.test_simple_salesforce import kept

pytestmark = pytest.mark.clients


@pytest.fixture
def sf(sandbox: Sandbox, start: Start) -> SalesforceCli:
    """The command of a user who is signed in by a token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": KNOWN.consumer_key,
        "client_secret": KNOWN.consumer_secret,
    }
    url = f"{sandbox.salesforce_url}/services/oauth2/token"
    token = requests.post(url, data=form, verify=str(sandbox.ca), timeout=20).json()["access_token"]
    cli = SalesforceCli(start, sandbox.salesforce_url, token)
    assert (cli.user["username"], cli.user["orgId"]) == (KNOWN.username, sandbox.salesforce.id)
    return cli


def test_the_cli_queries_everything_then_what_changed(sandbox: Sandbox, sf: SalesforceCli) -> None:
    """All pages of a query; with a condition on the stamp the one record that was changed."""
    sandbox.salesforce.switch(page_rows=25, uneven_pages=True)
    full = sf("data", "query", "--query", "SELECT Id, LastName, Account.Name, SystemModstamp FROM Contact")
    assert sorted(each["Id"] for each in full["records"]) == sorted(kept(sandbox, "Contact"))
    assert full["totalSize"] == len(full["records"])
    newest = max(each["SystemModstamp"] for each in full["records"])
    changed = sorted(kept(sandbox, "Contact"))[0]
    sandbox.salesforce.records.update("Contact", changed, {"Title": "Jednatelka"})
    since = newest.replace("+0000", "Z")
    later = sf("data", "query", "--query", f"SELECT Id FROM Contact WHERE SystemModstamp > {since}")  # noqa: S608
    assert [each["Id"] for each in later["records"]] == [changed]


def test_the_cli_exports_in_bulk(sandbox: Sandbox, sf: SalesforceCli, tmp_path: Path) -> None:
    """A Bulk 2.0 job of several pages, into a file of its own; the bin where it is asked for."""
    sandbox.salesforce.switch(bulk_page_rows=20)
    for sobject, more in (("Account", ()), ("Contact", ("--all-rows",))):
        target = tmp_path / f"{sobject}.csv"
        soql = f"SELECT Id, Name FROM {sobject}"  # noqa: S608
        given = ("--query", soql, "--output-file", str(target), "--result-format", "csv", "--wait", "2", *more)
        result = sf("data", "export", "bulk", *given)
        with target.open(encoding="utf-8", newline="") as file:
            ids = sorted(row["Id"] for row in csv.DictReader(file))
        assert ids == sorted(kept(sandbox, sobject, deleted=bool(more)))
        assert result["totalSize"] == len(ids)


def test_the_cli_describes_and_tells_limits(sandbox: Sandbox, sf: SalesforceCli) -> None:
    """The objects with their fields, and what is left of the day."""
    assert {"Account", "Contact", "User", "Nastaveni__c"} <= set(sf("sobject", "list", "--sobject", "all"))
    described = sf("sobject", "describe", "--sobject", "Contact")
    assert {"Id", "LastName", "Email"} <= {each["name"] for each in described["fields"]}
    limits = {each["name"]: each for each in sf("org", "list", "limits")}
    assert limits["DailyApiRequests"]["max"] == sandbox.salesforce.switches.daily_calls
    assert 0 < limits["DailyApiRequests"]["remaining"] <= limits["DailyApiRequests"]["max"]
