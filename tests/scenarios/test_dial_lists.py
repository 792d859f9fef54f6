"""Dial lists: records are put on them once, changed without touching the dialler's fields, and left alone by rule."""

from __future__ import annotations

import re

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.record.explain import Explainer
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.daktela.dialler import advance, finish
from sandbox.testing import Sandbox
from tests.scenarios.dial_list import calls, change, held, later, member, new_member, owned, ready
from tests.scenarios.scenario_runner import Runner, counts, rewrite


def test_members_become_records_that_are_ready_to_be_called(lists: Runner, sandbox: Sandbox) -> None:
    """Each with its contact, its owner and the form of its type."""
    report = lists.reports[-1]
    assert report.outcomes == {"created": report.extracted}
    called = calls(sandbox)
    assert len(called) == report.extracted > 5
    assert {str(each.values["action"]) for each in called} == {"1"}
    assert any(each.values["contact"] for each in called)
    assert any(each.values["user"] for each in called)
    assert any(each.custom.get("number") for each in called)
    assert counts(later(lists, sandbox))["calls"] == {}


def test_a_change_reaches_a_record_and_leaves_the_diallers_fields(lists: Runner, sandbox: Sandbox) -> None:
    """The dialler has rescheduled it meanwhile; its agent, its time and its action stay."""
    record = ready(sandbox)
    advance(sandbox.daktela, record.name, "3")
    before = advance(sandbox.daktela, record.name, "2")
    change(sandbox, member(record))
    assert counts(later(lists, sandbox))["calls"] == {"updated": 1}
    after = held(sandbox, record)
    assert after.custom["member_status"] == ["Responded"]
    assert owned(after) == owned(before)


def test_a_change_of_what_is_sent_once_is_no_update(lists: Runner, sandbox: Sandbox) -> None:
    """A new owner in Salesforce takes nobody's calls away, and costs no request."""
    record = next(each for each in calls(sandbox) if each.values["contact"])
    contact = str(record.values["contact"]).removeprefix("sf_contact_")
    owner = next(each["Id"] for each in sandbox.salesforce.records.read("User") if each["IsActive"])
    sandbox.salesforce.records.update("Contact", contact, {"OwnerId": owner})
    sandbox.daktela.journal.clear()
    report = later(lists, sandbox, RunRequest(mode=Mode.FULL))["calls"]
    assert report.outcomes == {"unchanged": report.extracted}
    assert sandbox.daktela.journal.calls["PUT campaignsRecords/{name}"] == 0


@pytest.mark.parametrize("way", ["incremental", "full", "records"])
def test_a_finished_record_is_changed_and_stays_finished(lists: Runner, sandbox: Sandbox, way: str) -> None:
    """However it is read: what has changed is for the archive, and nobody is called again."""
    record = ready(sandbox)
    before = finish(sandbox.daktela, record.name)
    change(sandbox, member(record))
    request = {
        "incremental": RunRequest(),
        "full": RunRequest(mode=Mode.FULL),
        "records": RunRequest(mode=Mode.RECORDS, ids=(member(record),), mappings=("calls",)),
    }[way]
    assert counts(later(lists, sandbox, request))["calls"]["updated"] == 1
    assert held(sandbox, record).custom["member_status"] == ["Responded"]
    assert owned(held(sandbox, record)) == owned(before)


def test_a_record_whose_call_is_in_progress_is_left_alone_and_told(lists: Runner, sandbox: Sandbox) -> None:
    """The next run looks at it again, and changes it once the agent has let it go."""
    record = ready(sandbox)
    advance(sandbox.daktela, record.name, "3")
    change(sandbox, member(record))
    report = later(lists, sandbox)["calls"]
    assert (report.outcomes, report.notes["hands_off"]) == ({"kept": 1}, 1)
    assert held(sandbox, record).custom["member_status"] == ["Sent"]
    advance(sandbox.daktela, record.name, "4")
    advance(sandbox.daktela, record.name, "5")
    assert counts(later(lists, sandbox))["calls"] == {"updated": 1}
    assert held(sandbox, record).custom["member_status"] == ["Responded"]


def test_who_leaves_is_closed_and_called_no_more_even_when_back(lists: Runner, sandbox: Sandbox) -> None:
    """The mark of the example is the action of a record that is through."""
    record = ready(sandbox)
    sandbox.salesforce.records.update("CampaignMember", member(record), {"HasResponded": True})
    assert counts(later(lists, sandbox))["calls"] == {"removed": 1}
    assert str(held(sandbox, record).values["action"]) == "5"
    sandbox.salesforce.records.update("CampaignMember", member(record), {"HasResponded": False})
    assert counts(later(lists, sandbox))["calls"] == {"updated": 1}
    assert str(held(sandbox, record).values["action"]) == "5"


def test_a_departure_waits_for_the_end_of_the_call(lists: Runner, sandbox: Sandbox) -> None:
    """Neither closed nor deleted under the agent's hands; the next run does it."""
    rewrite(lists.folder / "calls.yaml", "on_delete: mark\nmark: {action: 5}", "on_delete: delete")
    record = ready(sandbox)
    advance(sandbox.daktela, record.name, "3")
    sandbox.salesforce.records.delete("CampaignMember", member(record))
    report = later(lists, sandbox)["calls"]
    assert (report.outcomes["kept"], report.notes["hands_off"]) == (1, 1)
    assert str(held(sandbox, record).values["action"]) == "3"
    advance(sandbox.daktela, record.name, "2")
    assert counts(later(lists, sandbox))["calls"] == {"removed": 1}
    assert sandbox.daktela.get("campaignsRecords", record.name) is None


def test_a_finished_record_is_not_deleted(lists: Runner, sandbox: Sandbox) -> None:
    """Its calls and their results would be lost; the report says why it was kept."""
    rewrite(lists.folder / "calls.yaml", "on_delete: mark\nmark: {action: 5}", "on_delete: delete")
    record = ready(sandbox)
    finish(sandbox.daktela, record.name)
    sandbox.salesforce.records.delete("CampaignMember", member(record))
    report = later(lists, sandbox)["calls"]
    assert (report.outcomes["kept"], report.notes["list_done"]) == (1, 1)
    assert str(held(sandbox, record).values["action"]) == "5"
    assert "1 records of dial lists were left as the dialler has them" in report.summary()
    (past,) = lists.ledger.outcomes.read("dial_lists", "calls", member(record), 1)
    assert (past.outcome, past.code) == ("kept", "list_done")


def test_a_plan_counts_the_look_before_each_change_and_a_record_is_explained(lists: Runner, sandbox: Sandbox) -> None:
    """The body of a change has no field of the dialler's; that of a new record has."""
    record = ready(sandbox)
    change(sandbox, member(record))
    id_ = new_member(sandbox)
    later(lists, sandbox, RunRequest(mode=Mode.PLAN))
    plan = lists.plans["calls"]
    assert (plan.counts["updated"], plan.counts["created"]) == (1, 1)
    explainer = Explainer(
        spec=lists.spec,
        salesforce=lists.salesforce,
        daktela=lists.daktela,
        ledger=lists.ledger,
        database=None,
        transforms={},
    )
    (known,), (new,) = explainer.explain(member(record)), explainer.explain(id_)
    assert (known.intention.verb, new.intention.verb) == ("PUT", "POST")
    assert known.intention.body is not None
    assert new.intention.body is not None
    assert not {"action", "user"} & known.intention.body.keys()
    assert new.intention.body["action"] == "1"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{value: spring_campaign}",
            "{value: spring}",
            "Daktela has no dial list record type spring",
        ),
        ("customFields.customer", "customFields.vip", "Daktela's campaignsRecords have no field customFields.vip"),
        ("{value: 1}", "{value: 3}", "Daktela does not offer the value 3"),
    ],
)
def test_preflight_knows_the_types_and_the_pool_of_dial_lists(
    lists: Runner, sandbox: Sandbox, old: str, new: str, expected: str
) -> None:
    """A field of the CRM's own pool is none of theirs, and no record begins with a call in progress."""
    rewrite(lists.folder / "calls.yaml", old, new)
    with pytest.raises(ConfigurationError, match=re.escape(expected)):
        later(lists, sandbox)


@pytest.mark.parametrize("closed", ["campaigns_types_endpoint", "form_fields_endpoint"])
def test_lists_that_the_token_may_not_read_stop_no_run(lists: Runner, sandbox: Sandbox, closed: str) -> None:
    """Names are checked by the records themselves then, also where these carry no scheme."""
    sandbox.daktela.switch(campaign_scheme=False, **{closed: "forbidden"})
    change(sandbox, member(ready(sandbox)))
    assert counts(later(lists, sandbox))["calls"] == {"updated": 1}


@pytest.mark.parametrize("reads", ["refused", "empty"])
def test_a_right_to_lists_that_was_lost_is_told_by_preflight(lists: Runner, sandbox: Sandbox, reads: str) -> None:
    """An instance that shows an empty list then has not lost all records."""
    sandbox.daktela.switch(campaigns_records_right="none", without_right=reads)
    with pytest.raises(ConfigurationError, match="Daktela user integrace has no right on campaignsRecords"):
        later(lists, sandbox)


@pytest.mark.parametrize("busy", [False, True])
def test_a_merge_of_contacts_moves_their_calls_around_the_dialler(lists: Runner, sandbox: Sandbox, busy: bool) -> None:
    """At once, or by the next run after the call that is in progress."""
    record = next(each for each in calls(sandbox) if each.values["contact"])
    loser = str(record.values["contact"]).removeprefix("sf_contact_")
    contacts = [each["Id"] for each in sandbox.salesforce.records.read("Contact") if not each["IsDeleted"]]
    winner = next(id_ for id_ in contacts if id_ != loser)
    if busy:
        advance(sandbox.daktela, record.name, "3")
    sandbox.salesforce.records.merge("Contact", winner, [loser])
    before = owned(held(sandbox, record))
    later(lists, sandbox)
    assert (held(sandbox, record).values["contact"] == f"sf_contact_{winner}") is not busy
    assert owned(held(sandbox, record)) == before
    if busy:
        before = owned(advance(sandbox.daktela, record.name, "2"))
        later(lists, sandbox)
        assert held(sandbox, record).values["contact"] == f"sf_contact_{winner}"
        assert owned(held(sandbox, record)) == before


@pytest.mark.parametrize("put_mode", ["partial", "replacing"])
def test_a_field_of_any_model_can_be_sent_once(lists: Runner, sandbox: Sandbox, put_mode: str) -> None:
    """Here the owner of a contact, whom Daktela's people have changed since."""
    rewrite(lists.folder / "contacts.yaml", "on_delete: keep", "once: [user]\non_delete: keep")
    later(lists, sandbox)
    sandbox.daktela.switch(put_mode=put_mode)
    contact = next(each for each in sandbox.salesforce.records.read("Contact") if not each["IsDeleted"])
    name = f"sf_contact_{contact['Id']}"
    user = next(each.name for each in sandbox.daktela.records("users"))
    sandbox.daktela.edit("contacts", name, {"user": user})
    sandbox.salesforce.records.update("Contact", contact["Id"], {"FirstName": "Jiná"})
    assert counts(later(lists, sandbox))["contacts"] == {"updated": 1}
    after = sandbox.daktela.get("contacts", name)
    assert after is not None
    assert (after.values["user"], after.values["firstname"]) == (user, "Jiná")
