"""When records that were written under one mark need a second look under another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.run import fingerprint
from salesforce_daktela.steps.run.fingerprint import mapping_fingerprint, still_holds, sync_fingerprint, why_not

SYNC = "mappings: [contacts]\ntimezone: Europe/Prague\n"
CONTACTS = """salesforce: Contact
daktela: contacts
key: "sf_contact_{Id}"
fields:
  title: "{FirstName} {LastName}"
  lastname: {from: LastName, transforms: [shout]}
  customFields.level: {from: Level__c, values: {A: one, B: two}}
"""
OWN = """def shout(value: str) -> str:
    return value.upper()
"""
OTHER = """def whisper(value: str) -> str:
    return value.lower()
"""
PLACE: dict[str, Any] = {
    "database": "sales", "timezone": "Europe/Prague", "instance_url": "https://a.my.salesforce.com"
}  # fmt: skip


def mark(folder: Path, *, contacts: str = CONTACTS, own: str = OWN, other: str = OTHER, **place: Any) -> str:
    """The mark of the mapping that these files make."""
    sync, transforms = folder / "mappings" / "demo", folder / "transforms"
    sync.mkdir(parents=True, exist_ok=True)
    transforms.mkdir(exist_ok=True)
    (sync / "sync.yaml").write_text(SYNC)
    (sync / "contacts.yaml").write_text(contacts)
    (transforms / "own.py").write_text(own)
    (transforms / "other.py").write_text(other)
    spec = load_sync(sync, transforms_folder=transforms)
    found = load_project_transforms(transforms)
    return mapping_fingerprint(spec.mapping("contacts"), transforms=found, **{**PLACE, **place})


LINKED = CONTACTS + "  description: {from: $Link}\n"
REORDERED = """# a remark
daktela: contacts
salesforce: Contact
key: 'sf_contact_{Id}'

fields:
  customFields.level:
    from: Level__c
    values: {B: two, A: one}
  lastname:
    transforms: [shout]
    from: LastName
  title: "{FirstName} {LastName}"
"""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"contacts": CONTACTS.replace("\n", "  # why\n", 1)}, id="a remark"),
        pytest.param({"contacts": REORDERED}, id="the order of keys, quotes and blank lines"),
        pytest.param({"contacts": CONTACTS + "reject_above: 5%\nmax_removals: 7\nreread: 2d\n"}, id="when a run fails"),
        pytest.param({"own": "# why\n" + OWN.replace("upper()", "upper()  # loud")}, id="a remark in a transform"),
        pytest.param({"other": OTHER.replace("lower", "title")}, id="a transform that it does not use"),
        pytest.param({"instance_url": "https://b.my.salesforce.com"}, id="an address that no link shows"),
    ],
)
def test_what_decides_no_payload_asks_for_no_second_look(tmp_path: Path, change: dict[str, Any]) -> None:
    """Nothing is read again for it."""
    assert mark(tmp_path, **change) == mark(tmp_path)


def test_what_a_dial_list_leaves_alone_decides_no_payload(tmp_path: Path) -> None:
    """Records that were left alone are looked at again by each run anyway."""
    calls = CONTACTS.replace("daktela: contacts", "daktela: campaignsRecords").replace(
        '  title: "{FirstName} {LastName}"\n  lastname:', "  record_type: {value: spring}\n  customFields.name:"
    )
    assert mark(tmp_path, contacts=calls) == mark(tmp_path, contacts=calls + "hands_off: {action: [3, 4]}\n")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"contacts": CONTACTS.replace("{FirstName} ", "")}, id="a field"),
        pytest.param({"contacts": CONTACTS.replace("A: one", "A: 1")}, id="a table"),
        pytest.param({"contacts": CONTACTS + "where: Email != null\n"}, id="the filter"),
        pytest.param({"contacts": CONTACTS + "on_delete: delete\n"}, id="what becomes of deleted records"),
        pytest.param({"own": OWN.replace("upper", "title")}, id="a transform's code"),
        pytest.param({"timezone": "Europe/London"}, id="the time zone"),
        pytest.param({"database": "leads"}, id="the database"),
    ],
)
def test_what_decides_a_payload_asks_for_a_second_look(tmp_path: Path, change: dict[str, Any]) -> None:
    """Also where the mapping's own file stays as it is."""
    before, after = mark(tmp_path), mark(tmp_path, **change)
    assert not still_holds(before, after)
    assert why_not(before, after).startswith("its mapping, a transform")


def test_a_link_shows_the_orgs_address(tmp_path: Path) -> None:
    """An org that has moved to another address gives other links."""
    assert mark(tmp_path, contacts=LINKED) != mark(
        tmp_path, contacts=LINKED, instance_url="https://b.my.salesforce.com"
    )


def test_our_own_rules_are_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that maps the same row to another payload reads every record once."""
    before = mark(tmp_path)
    monkeypatch.setattr(fingerprint, "RULES", fingerprint.RULES + 1)
    assert not still_holds(before, mark(tmp_path))


def test_a_mark_of_an_earlier_program_asks_once(tmp_path: Path) -> None:
    """It was made over the file's bytes and says nothing about the rest."""
    current = mark(tmp_path)
    for old in ("0123456789abcdef", "0123456789abcdef without title"):
        assert not still_holds(old, current)
        assert "an earlier version of this program" in why_not(old, current)
    assert still_holds(current, current)


def test_the_mark_of_a_sync_knows_its_settings(tmp_path: Path) -> None:
    """But not where its folder is."""
    marks = set()
    for name in ("a", "b"):
        mark(tmp_path / name)
        folder = tmp_path / name / "mappings" / "demo"
        spec = load_sync(folder, transforms_folder=tmp_path / name / "transforms")
        marks.add(sync_fingerprint(spec))
    assert len(marks) == 1
    (folder / "sync.yaml").write_text(SYNC + "limits: {workers: 2}\n")
    assert sync_fingerprint(load_sync(folder, transforms_folder=tmp_path / "b" / "transforms")) not in marks


@pytest.mark.parametrize(
    ("then", "now", "holds"),
    [
        pytest.param((), (), True, id="nothing left out"),
        pytest.param((), ("title",), True, id="a field went"),
        pytest.param(("title",), ("title",), True, id="still away"),
        pytest.param(("title",), ("title", "user"), True, id="another one went"),
        pytest.param(("title",), (), False, id="it is back"),
        pytest.param(("title", "user"), ("user",), False, id="one of two is back"),
        pytest.param(("title",), ("user",), False, id="one came, one went"),
    ],
)
def test_a_field_that_is_back_asks_for_a_second_look(
    tmp_path: Path, then: tuple[str, ...], now: tuple[str, ...], holds: bool
) -> None:
    """It may have changed while it was left out; a field that goes asks for nothing."""
    before, after = mark(tmp_path, left_out=then), mark(tmp_path, left_out=now)
    assert still_holds(before, after) is holds
    assert holds or why_not(before, after) == "a field is back"
    assert not still_holds(before, mark(tmp_path, contacts=CONTACTS + "where: Email != null\n", left_out=now))
