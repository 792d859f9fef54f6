"""A sync folder is read whole: everything wrong in it is said at once, with its line and what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from salesforce_daktela.mapping.language import loader
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Approvals, Constant, Entity, FieldPath, Limits, Lookup, Template
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync, problems_of


def test_reads_every_key_of_both_files(write_sync: WriteSync) -> None:
    """What the files say is in the model, defaults for what they leave out."""
    sync = """
salesforce_conn_id: org
daktela_conn_id: centre
database: sales
schedule: "*/15 * * * *"
timezone: Europe/Prague
mappings: [accounts, contacts]
reconcile: "0 4 1 * *"
retain: 2d
approve: {first_load: true, changes_above: 20%, removals: true}
limits:
  {requests_per_second: 2.5, workers: 2, reserve_api_calls: 10%, part_rows: 500, bulk_above: 0, overlap: 5m, lag: 30s,
   budget_api_calls: 500}
"""
    accounts = 'salesforce: Account\ndaktela: accounts\nkey: "a_{Id}"\nfields: {title: Name}\n'
    contacts = """
salesforce: Contact
daktela: contacts
key: "c_{Id}"
where: "Email != null"
match: [customFields.email]
fields:
  title: "{FirstName} {LastName}"
  lastname: {from: LastName, default: "(no name)"}
  account: {lookup: accounts, from: AccountId}
  user: {lookup: users, from: Owner.Email}
  description: {value: deal}
  customFields.email:
    {from: [Email, Other__c], transforms: [lower, {truncate: 50}], when_empty: keep, on_error: drop}
on_delete: mark
on_filter_exit: keep
mark: {customFields.note: gone}
max_removals: 7
on_gone: recreate
reread: 6h
reject_above: 0.5%
"""
    spec = load_sync(write_sync(sync=sync, accounts=accounts, contacts=contacts))
    mapping = spec.mapping("contacts")
    rules = {rule.target: rule for rule in mapping.fields}
    assert (spec.name, spec.salesforce_conn_id, spec.daktela_conn_id) == ("demo", "org", "centre")
    assert spec.limits == Limits(
        requests_per_second=2.5,
        workers=2,
        reserve_api_calls=0.1,
        part_rows=500,
        bulk_above=0,
        overlap=timedelta(minutes=5),
        lag=timedelta(seconds=30),
        budget_api_calls=500,
    )
    assert spec.approve == Approvals(first_load=True, changes_above=0.2, removals=True)
    assert (spec.reconcile, spec.retain) == ("0 4 1 * *", timedelta(days=2))
    assert (mapping.entity, mapping.key) == (Entity.CONTACTS, Template(("c_", FieldPath("Id"))))
    assert (mapping.on_delete, mapping.on_filter_exit, mapping.reject_above) == ("mark", "keep", 0.005)
    assert (mapping.max_removals, mapping.on_gone, mapping.reread) == (7, "recreate", timedelta(hours=6))
    assert mapping.mark_body() == {"customFields": {"note": ["gone"]}}
    assert rules["account"].lookup == Lookup(to=("accounts",), on_missing="park")
    assert rules["user"].lookup == Lookup(to=("users",), on_missing="drop")
    assert rules["description"].sources == (Constant("deal"),)
    email = rules["customFields.email"]
    assert [call.name for call in email.transforms] == ["lower", "truncate"]
    assert (email.when_empty, email.on_error, str(email.position)) == ("keep", "drop", "mappings/demo/contacts.yaml:13")
    assert mapping.paths() == (
        "Id", "FirstName", "LastName", "AccountId", "Owner.Email", "Email", "Other__c",
    )  # fmt: skip


def test_everything_wrong_in_a_folder_is_said_at_once(write_sync: WriteSync) -> None:
    """Mistakes of sync.yaml and of each mapping come in one error, sorted by file and line."""
    found = problems_of(
        write_sync(
            sync="timezone: Europe/Praha\nmappings: [contacts, contcats]\nscheduel: daily\n",
            contacts=CONTACTS.replace("title: LastName", "titel: LastName\n  lastname: FirstName"),
        )
    )
    assert found == [
        "contacts.yaml:5: fields.titel: contacts have no field titel: did you mean title? "
        "choose from account, customFields.<name>, description, firstname, lastname, title, user",
        "contacts.yaml:5: fields: title is missing: Daktela requires title for contacts: map it",
        "contacts.yaml:7: the key lastname is in line 6 already: keep one of them",
        "sync.yaml:1: timezone: unknown time zone Europe/Praha: write it like Europe/Prague",
        "sync.yaml:2: mappings: there is no file contcats.yaml: did you mean contacts? choose from contacts",
        "sync.yaml:3: scheduel: unknown key: did you mean schedule? choose from approve, daktela_conn_id, "
        "database, fresh_within, limits, mappings, reconcile, retain, salesforce_conn_id, schedule, timezone",
    ]


def test_a_key_that_is_no_text_is_told_at_its_own_line(write_sync: WriteSync) -> None:
    """Whatever else it is, at the file's own level and below."""
    found = problems_of(write_sync(contacts=f"{CONTACTS}  007: A\non_delete: keep\ntrue: x\n2026-03-29: y\n"))
    assert found == [
        "contacts.yaml:7: fields.007: the key 007 is not a text: put it in quotes",
        "contacts.yaml:9: true: the key true is not a text: put it in quotes",
        "contacts.yaml:10: 2026-03-29: the key 2026-03-29 is not a text: put it in quotes",
    ]


def test_whatever_is_raised_for_one_file_is_that_files_problem(
    write_sync: WriteSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what is wrong in the other files."""

    def broken(*_args: object, **_more: object) -> None:
        raise AttributeError("lower")

    monkeypatch.setattr(loader, "parse_mapping", broken)
    found = problems_of(write_sync(contacts=CONTACTS, sync="mappings: [contacts]\nscheduel: daily\n"))
    assert found[0].startswith(f"contacts.yaml:1: {loader.UNFORESEEN}: AttributeError in test_loader.py, line ")
    assert found[1].startswith("sync.yaml:2: scheduel: unknown key")


FOLDERS = [
    ({"leads": CONTACTS}, "sync.yaml:3: mappings: leads.yaml is not listed: add it to mappings, or delete the file"),
    ({"sync": SYNC.replace("contacts]", "contacts, contacts]")}, "sync.yaml:3: mappings: contacts is listed twice"),
    ({"sync": SYNC.replace("[contacts]", "[]")}, "sync.yaml:3: mappings: lists no mapping"),
    (
        {"sync": SYNC.replace("contacts]", "contacts, twins]"), "twins": CONTACTS},
        "sync.yaml:3: mappings: contacts and twins give the same names to the same records: change the `key`",
    ),
]


@pytest.mark.parametrize(("files", "expected"), FOLDERS, ids=[expected for _, expected in FOLDERS])
def test_the_list_of_mappings_and_the_files_agree(write_sync: WriteSync, files: dict[str, str], expected: str) -> None:
    """A file that nobody lists, and two mappings that write the same objects, are mistakes."""
    assert any(line.startswith(expected) for line in problems_of(write_sync(files)))
