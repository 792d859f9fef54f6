"""What scenarios of dial lists do and look at: members of campaigns, and the records that call them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from salesforce_daktela.sync.request import RunRequest
from salesforce_daktela.sync.run_report import RunReport
from sandbox.daktela.dialler import finish
from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner


def ready(sandbox: Sandbox) -> Record:
    """A record that waits for the dialler."""
    return next(each for each in calls(sandbox) if str(each.values["action"]) == "1")


def held(sandbox: Sandbox, record: Record) -> Record:
    """The record as Daktela has it now."""
    found = sandbox.daktela.get("campaignsRecords", record.name)
    assert found is not None
    return found


def owned(record: Record) -> dict[str, Any]:
    """What belongs to the dialler and the agents."""
    told = {name: record.values[name] for name in ("nextcall", "user", "call_id", "activity", "statuses")}
    return {**told, "action": str(record.values["action"])}


def member(record: Record) -> str:
    """The Id of the campaign member behind a record."""
    return record.name.removeprefix("sf_call_")


def change(sandbox: Sandbox, id_: str) -> None:
    """Change a campaign member, who stays on the list."""
    sandbox.salesforce.records.update("CampaignMember", id_, {"Status": "Responded"})


def new_member(sandbox: Sandbox) -> str:
    """Add a contact to an active campaign."""
    records = sandbox.salesforce.records
    campaign = next(each["Id"] for each in records.read("Campaign") if each["IsActive"] and not each["IsDeleted"])
    contact = next(each["Id"] for each in records.read("Contact") if not each["IsDeleted"])
    row = {"CampaignId": campaign, "ContactId": contact, "Status": "Sent"}
    return records.create("CampaignMember", row, at=sandbox.salesforce.clock() - timedelta(minutes=1))


def finish_if_ready(sandbox: Sandbox, name: str) -> None:
    """Call a record if it is there and waits."""
    record = sandbox.daktela.get("campaignsRecords", name)
    if record is not None and str(record.values["action"]) == "1":
        finish(sandbox.daktela, name)


def later(lists: Runner, sandbox: Sandbox, request: RunRequest | None = None) -> dict[str, RunReport]:
    """One run, a minute after whatever happened: a reading within the second of a change need not see it."""
    sandbox.salesforce.switch(clock_skew_seconds=sandbox.salesforce.switches.clock_skew_seconds + 60.0)
    return lists.run(request)


def calls(sandbox: Sandbox) -> list[Record]:
    """The records of the dial list."""
    return [each for each in sandbox.daktela.records("campaignsRecords") if each.name.startswith("sf_call_")]
