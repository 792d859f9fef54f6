"""A row of Salesforce goes in, and what a run would send is held against what the test expects."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.steps.mapping_tests.running import run_mapping_tests
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.steps.run.mapping_snapshot import read_snapshot
from tests.steps.mapping_tests.conftest import Try, failures, problems

SHIPPED = Path(__file__).resolve().parents[3] / "include"
PASSING = """\
parents: {00100000000001AAAQ: a_00100000000001AAAQ, Owner@Example.com: owner}
tests:
  - name: everything
    salesforce:
      Id: 003000000000001AAA
      FirstName: Eva
      LastName: Lípová
      AccountId: 00100000000001A
      Owner: {Email: owner@example.com}
      Email: Eva@Example.com
      Trade__c: Energy
      Size__c: 12.50
      Seen__c: 2026-03-29T01:30:00Z
      Vip__c: true
      Tags__c: [a, b]
    daktela:
      name: c_003000000000001AAA
      title: Eva Lípová
      lastname: Lípová
      account: a_00100000000001AAAQ
      user: owner
      customFields: {email: eva@example.com, trade: [utility]}
      customFields.size: 12.5
      customFields.seen: 2026-03-29
      customFields.vip: "yes"
      customFields.tags: [a, b]
    keeps: [description]
"""


def test_the_shipped_mappings_pass_and_every_part_of_them_is_tested() -> None:
    """Fields, transforms and values of tables; a mapping that is added gets tests, too."""
    spec = load_sync(SHIPPED / "mappings" / "default", transforms_folder=SHIPPED / "transforms")
    found = run_mapping_tests(spec, {})
    assert failures(found) == {}
    assert {name: list(map(str, covered.missing)) for name, covered in found.coverage.items()} == {
        mapping.name: [] for mapping in spec.mappings
    }


def test_a_whole_payload_is_compared_with_parents_by_id_or_address(tried: Try) -> None:
    text = PASSING.replace("12.50", "12.5")
    assert failures(tried(text)) == {}


def test_what_a_test_does_not_name_has_to_be_empty_when_it_names_the_whole(tried: Try) -> None:
    """With ``fields`` the rest may be anything."""
    whole = "tests:\n- name: one\n  salesforce: {LastName: Eva}\n  daktela: {title: Eva}\n"
    assert failures(tried(whole)) == {
        "one": ["customFields.trade: expected empty, got ['other']", "lastname: expected empty, got 'Eva'"]
    }
    assert failures(tried(whole.replace("daktela:", "fields:"))) == {}


def test_a_field_that_is_cleared_is_told_from_one_that_is_left_alone(tried: Try) -> None:
    text = """\
tests:
- name: one
  salesforce: {LastName: Eva}
  fields: {description: , customFields.email: }
  keeps: [customFields.size]
"""
    assert failures(tried(text)) == {
        "one": ["customFields.size: expected not sent, got empty", "description: expected empty, got not sent"]
    }


def test_a_reject_is_expected_by_field_and_code(tried: Try) -> None:
    text = """\
tests:
- name: right
  salesforce: {LastName: Eva, Email: none}
  problems: {customFields.email: email_invalid}
- name: another one
  salesforce: {Email: none}
  problems: {customFields.email: phone_invalid}
- name: none at all
  salesforce: {LastName: Eva}
  problems: {lastname: required_empty}
- name: unexpected
  salesforce: {Id: "?", LastName: Eva}
  fields: {title: Eva}
"""
    assert failures(tried(text)) == {
        "another one": [
            "customFields.email: expected problem phone_invalid, got problem email_invalid (The value is not an e-mail "
            "address.)",
            "lastname: expected no problem, got problem required_empty (Daktela requires this field, and it is empty.)",
            "title: expected no problem, got problem required_empty (Daktela requires this field, and it is empty.)",
        ],
        "none at all": ["lastname: expected problem required_empty, got no problem"],
        "unexpected": [
            "name: expected no problem, got problem key_invalid (The name that the key makes is not 1 to 64 "
            "characters of A-Z a-z 0-9 _ -.)"
        ],
    }


def test_an_unknown_parent_is_waited_for_and_an_unknown_user_dropped(tried: Try) -> None:
    """A parent of the file may be unknown in one test: an empty name says so."""
    text = """\
parents: {001000000000001AAA: a_001000000000001AAA}
tests:
- name: waits
  salesforce: {LastName: Eva, AccountId: 001000000000001AAA, Owner.Email: owner@example.com}
  parents: {001000000000001AAA: }
  waits: [account]
- name: known
  salesforce: {LastName: Eva, AccountId: 001000000000001AAA, Owner.Email: owner@example.com}
  waits: [account]
- name: dropped
  salesforce: {LastName: Eva, Owner.Email: owner@example.com}
  fields: {user: }
- name: forgotten
  salesforce: {LastName: Eva, AccountId: 001000000000002AAA}
  fields: {title: Eva}
- name: no Id
  salesforce: {LastName: Eva, AccountId: nobody}
  problems: {account: reference_invalid}
"""
    assert failures(tried(text)) == {
        "known": ["account: expected that the record waits for its parent, got it is sent"],
        "forgotten": [
            "account: expected that nothing is waited for, got the record waits for its parent: name it under `parents`"
        ],
    }


def test_dropped_and_shortened_values_are_counted_where_a_test_asks(tried: Try) -> None:
    text = (
        f"tests:\n- name: one\n  salesforce: {{LastName: {'x' * 200}}}\n  fields: {{}}\n  dropped: 1\n  shortened: 1\n"
    )
    assert failures(tried(text)) == {"one": ["dropped: expected 1, got 0"]}


def test_coverage_names_what_no_test_compares(tried: Try) -> None:
    """A transform counts when a value reaches it in a field that a test compares."""
    text = """\
tests:
- name: one
  salesforce: {LastName: Eva, Trade__c: Banking, Email: eva@example.com}
  fields: {customFields.trade: bank}
"""
    covered = tried(text).coverage["contacts"]
    assert [covered.count(kind) for kind in ("field", "transform", "value")] == [(1, 11), (1, 5), (1, 3)]
    assert "customFields.trade value Energy" in map(str, covered.missing)
    assert "customFields.trade value any other value" in map(str, covered.missing)
    assert "customFields.email transform lower (2)" in map(str, covered.missing)


def test_a_locked_type_is_taken_and_decides_how_a_value_may_be_written(tried: Try, folder: Path) -> None:
    """A number in quotes, and a text without them, are mistakes then; a spelled number is a number."""
    (folder / "schema.lock.json").write_text(
        '{"version": 1, "mappings": {"contacts": {"salesforce": {"of": "Contact", "fields": {'
        '"Size__c": {"type": "double"}, "LastName": {"type": "string"}, "Seen__c": {"type": "datetime"}}}}}}'
    )
    text = """\
tests:
- name: right
  salesforce: {LastName: Eva, Size__c: 12.50, Seen__c: "2026-03-29T01:30:00.000+0000"}
  fields: {customFields.size: "12.5", customFields.seen: "2026-03-29"}
"""
    assert failures(tried(text)) == {}
    assert problems(tried(text.replace("LastName: Eva", "LastName: 5").replace("12.50", "'12'"))) == [
        "contacts.yaml:3:16: tests[1].salesforce.LastName: expected text, found a number: put it in quotes",
        "contacts.yaml:3:29: tests[1].salesforce.Size__c: expected number, found a text: write it without quotes",
    ]
    assert problems(tried(text.replace("Z", "").replace(".000+0000", ""))) == [
        "contacts.yaml:3:47: tests[1].salesforce.Seen__c: 2026-03-29T01:30:00 has no time zone: "
        "write a moment like 2026-03-29T01:30:00Z"
    ]


def test_a_broken_lock_file_is_told(tried: Try, folder: Path) -> None:
    (folder / "schema.lock.json").write_text("{}")
    assert "this is no lock file that the program can read" in problems(tried(PASSING))[-1]


def test_tests_are_no_mappings_and_no_run_takes_notice_of_them(tried: Try, folder: Path) -> None:
    """The sync loads as before, and its fingerprint and the files that a run carries are the same."""
    before = (sync_fingerprint(load_sync(folder)), read_snapshot(folder, folder).version)
    tried(PASSING, accounts="nonsense")
    assert (sync_fingerprint(load_sync(folder)), read_snapshot(folder, folder).version) == before
