"""The keys for dial lists, and what they refuse."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import MappingSpec
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync, problems_of

BEGINNING = 'salesforce: CampaignMember\ndaktela: campaignsRecords\nkey: "k_{Id}"\n'
FIELDS = (
    "fields:\n  record_type: {value: spring}\n  action: {value: 1}\n"
    "  contact: {lookup: contacts, from: ContactId}\n  customFields.note: Status\n"
)
CALLS = f"{BEGINNING}{FIELDS}"
ONCE = "once: [action]\n"
BOTH = SYNC.replace("contacts]", "contacts, calls]")


def _calls(write_sync: WriteSync, text: str) -> MappingSpec:
    return load_sync(write_sync(sync=BOTH, contacts=CONTACTS, calls=text)).mapping("calls")


def test_a_record_of_a_dial_list_needs_its_type_and_no_title(write_sync: WriteSync) -> None:
    """Calls in progress are left alone, also where the file does not say so."""
    spec = _calls(write_sync, CALLS + ONCE)
    assert (spec.once, spec.hands_off) == (("action",), (3,))


def test_a_campaign_database_is_a_field_like_any_other(write_sync: WriteSync) -> None:
    spec = _calls(write_sync, CALLS + "  database: {value: spring_2026}\n" + ONCE)
    assert "database" in [rule.target for rule in spec.fields]


@pytest.mark.parametrize(("written", "read"), [("3", (3,)), ("[3, 4, 6]", (3, 4, 6))])
def test_hands_off_takes_one_action_or_several(write_sync: WriteSync, written: str, read: tuple[int, ...]) -> None:
    assert _calls(write_sync, f"{CALLS}{ONCE}hands_off: {{action: {written}}}\n").hands_off == read


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "calls.yaml:6: fields.action: action is the dialler's from a record's creation on"),
        ("once: [action, nextcal]\n", "calls.yaml:9: once: nextcal is not mapped"),
        ("once: [action, action]\n", "once: names a field twice"),
        ("once: [action, record_type]\n", "once: Daktela requires record_type in every write"),
        ("once: [action, contact]\n", "once: contact may hold a record up that is there already"),
        (f"{ONCE}match: [action]\n", "match: action is sent once"),
        (f"{ONCE}hands_off: {{action: [4]}}\n", "calls.yaml:10: hands_off.action: leaves out 3, a call in progress"),
        (f"{ONCE}hands_off: {{action: [3, 9]}}\n", "hands_off.action: expected a whole number from 0 to 6"),
        (f"{ONCE}hands_off: {{}}\n", "hands_off.action: is missing"),
        (f"{ONCE}hands_off: {{state: 3}}\n", "hands_off.state: unknown key"),
        (f"{ONCE}on_gone: recreate\n", "on_gone: a record that somebody took off a dial list would be called again"),
        (f"{ONCE}on_delete: mark\nmark: {{action: 1}}\n", "mark: action would put the record on the list again"),
        (f"{ONCE}becomes: {{contacts: ContactId}}\n", "becomes: a record of a dial list is a call to make"),
    ],
)
def test_refuses_what_would_call_people_again(write_sync: WriteSync, lines: str, expected: str) -> None:
    """Each at its line."""
    found = problems_of(write_sync(sync=BOTH, contacts=CONTACTS, calls=CALLS + lines))
    assert any(expected in each for each in found), found


def test_only_dial_lists_have_records_that_are_left_alone(write_sync: WriteSync) -> None:
    (found,) = problems_of(write_sync(sync=SYNC, contacts=f"{CONTACTS}hands_off: {{action: [3]}}\n"))
    assert "hands_off: concerns dial lists, and this mapping writes contacts" in found


def test_any_model_can_have_fields_that_are_sent_once(write_sync: WriteSync) -> None:
    contacts = f"{CONTACTS}  user: {{lookup: users, from: Owner.Email}}\nonce: [user]\n"
    assert load_sync(write_sync(sync=SYNC, contacts=contacts)).mappings[0].once == ("user",)
