"""A sync folder is read whole: everything wrong in it is said at once, with its line and what to do."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language import loader
from salesforce_daktela.mapping.language.loader import list_syncs, load_sync
from salesforce_daktela.mapping.model import Approvals, Constant, Entity, FieldPath, Limits, Lookup, Template
from salesforce_daktela.mapping.problems import MappingError
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync


def problems_of(folder: Path) -> list[str]:
    """The lines of the error that loading raises, without the folder's name."""
    with pytest.raises(MappingError) as caught:
        load_sync(folder)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [line.removeprefix("mappings/demo/") for line in str(caught.value).splitlines()]


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
        "contacts.yaml:7: the key lastname stands in line 6 already: keep one of them",
        "sync.yaml:1: timezone: unknown time zone Europe/Praha: write it like Europe/Prague",
        "sync.yaml:2: mappings: there is no file contcats.yaml: did you mean contacts? choose from contacts",
        "sync.yaml:3: scheduel: unknown key: did you mean schedule? choose from approve, daktela_conn_id, "
        "database, limits, mappings, reconcile, retain, salesforce_conn_id, schedule, timezone",
    ]


RULES = [
    ("customFields.x: {from: A, transforms: [trimm]}", "unknown transform trimm: did you mean trim?"),
    ("customFields.x: {from: A, transforms: [{truncate: 0}]}", "truncate: length: must be at least 1"),
    ("customFields.x: {from: A, transforms: [{truncate: x}]}", "truncate: length is a text"),
    ("customFields.x: {from: A, transforms: [truncate]}", "truncate needs length"),
    ("customFields.x: {from: A, transforms: [{trim: 5}]}", "trim takes no such value: write it like [trim]"),
    (
        "customFields.x: {from: A, transforms: [{phone: {regoin: CZ}}]}",
        "phone has no option regoin: did you mean region?",
    ),
    ("customFields.x: {from: A, transforms: [{phone: CX9}]}", "write a country of two capital letters"),
    ("customFields.x: {from: A, transforms: [{regex: '('}]}", "no regular expression"),
    ("customFields.x: {from: A, transforms: [{regex: {pattern: a, replace: '\\9'}}]}", "invalid group reference"),
    ("customFields.x: {from: A, transforms: [{date: '%Q'}]}", "date: format:"),
    ("customFields.x: {from: A, transforms: [[trim]]}", "expected a transform's name, found a list"),
    ("customFields.x: {from: A, values: {}}", "expected a table"),
    ("customFields.x: {from: A, values: {a: [1]}}", "values.a: not a single value but a list"),
    ("customFields.x: {from: A, values: {null: x}}", "values.null: an empty value is no entry of a table"),
    ("customFields.x: {from: A, values: {~: x}}", "values.null: an empty value is no entry of a table"),
    ("customFields.x: {from: A, transforms: [{values: {null: x}}]}", "transforms.null: an empty value is no entry"),
    ("customFields.x: {from: A, values: {[a]: x}}", "not a single value but a list"),
    ("customFields.x: {from: A, value: b}", "a field has either `from` or `value`"),
    ("customFields.x: {default: b}", "where the value comes from is missing"),
    ("customFields.x: {value: ~}", "a constant without a value"),
    *(
        (f"customFields.x: {{value: {written}}}", f"{written} would be sent in another spelling, put it in quotes")
        for written in (
            "007",
            "1.10",
            "3.0",
            "+420602123456",
            "1e3",
            "1_000",
            "1_000.5",
            "0x1F",
            "0o17",
            ".5",
            "-0",
            "2026-03-29T10:00:00Z",
            "2026-13-45",
        )
    ),
    ("customFields.x: {value: .inf}", "not a finite number"),
    ("customFields.x: {from: A, default: 1.50}", "1.50 would be sent in another spelling, put it in quotes"),
    ("customFields.x: {from: A, transforms: [{default: 1.50}]}", "default: value: 1.50 would be sent in another"),
    *(
        (f"customFields.x: {{from: A, values: {{{table}}}}}", f"{named} would be sent in another spelling")
        for table, named in (
            ("1.10: a", "1.10"),
            ("1.0: a", "1.0"),
            ("+420: a", "+420"),
            ("1.10: a, 1.1: b", "1.10"),
            ("1.1: a, 1.10: b", "1.10"),
            ("a: 1.10", "1.10"),
        )
    ),
    ("customFields.x: []", "an empty list"),
    ("customFields.x: 5", "expected a field, found a number: write a constant as {value: ...}"),
    ("customFields.x: not a path", "'not a path' is no field path"),
    ("customFields.x: '{FirstName'", "a brace without its partner"),
    ("customFields.x: '{{}}'", "names no field"),
    ("customFields.x: {from: A, on_missing: drop}", "only a lookup can miss"),
    ("customFields.x: {from: A, on_error: skip}", "unknown value skip: choose from drop, reject"),
    ("customFields.x: {from: A, when_emtpy: keep}", "unknown key: did you mean when_empty?"),
    ("customFields.x: {from: A, lookup: users}", "is no reference, so nothing can be looked up for it"),
    ("customFields.á: A", "contacts have no field customFields.á"),
    ("name: A", "cannot be mapped: Daktela's unique name comes from `key`"),
    ("database: A", "cannot be mapped: the CRM database is chosen in sync.yaml"),
    ("edited: A", "cannot be mapped: Daktela sets it"),
    ("stage: A", "contacts have no field stage"),
    ("account: AccountId", "a reference needs a lookup"),
    ("account: {lookup: accounts, from: AccountId}", "no mapping accounts comes before this one"),
    ("account: {lookup: [partners, accounts], from: AccountId}", "no mapping partners comes before this one"),
    ("account: {lookup: [users, users], from: AccountId}", "names one mapping twice"),
    ("user: {lookup: [users, accounts], from: A}", "users are found by their address, records by their Id"),
    ("account: {lookup: [], from: AccountId, on_missing: drop}", "names no mapping"),
    ("account: {lookup: contacts, from: AccountId}", "no mapping contacts comes before this one"),
    ("account: {lookup: users, from: A}", "takes one of Daktela's accounts, but users gives users"),
    ("user: {lookup: users, from: A, on_missing: park}", "nothing would release it"),
]


@pytest.mark.parametrize(("line", "expected"), RULES, ids=[line for line, _ in RULES])
def test_refuses_rules_that_cannot_work(write_sync: WriteSync, line: str, expected: str) -> None:
    """Each mistake in a field's rule is named at its line."""
    found = problems_of(write_sync(contacts=f"{CONTACTS}  {line}\n"))
    assert expected in found[0]
    assert found[0].startswith("contacts.yaml:7: fields")


@pytest.mark.parametrize(
    "line", ["{value: 1.1}", "{value: -3}", "{value: 2026-03-29}", "{from: A, values: {1.1: a, 2: b}}"]
)
def test_numbers_and_dates_that_are_sent_as_they_are_written_need_no_quotes(write_sync: WriteSync, line: str) -> None:
    """Their text is what YAML reads."""
    load_sync(write_sync(contacts=f"{CONTACTS}  customFields.x: {line}\n"))


def test_a_numeric_option_may_be_spelled_as_one_likes(write_sync: WriteSync) -> None:
    """It never becomes a text."""
    line = "customFields.x: {from: A, transforms: [{truncate: 1_0}]}"
    spec = load_sync(write_sync(contacts=f"{CONTACTS}  {line}\n"))
    assert spec.mapping("contacts").fields[-1].transforms[0].options == {"length": 10}


@pytest.mark.parametrize("directive", ["%YAML 1.1", "%YAML 1.2", "%TAG ! tag:example.org,2026:"])
def test_a_directive_is_refused_with_its_reason(write_sync: WriteSync, directive: str) -> None:
    """YAML 1.1 would read 010 as 8 and yes as true."""
    found = problems_of(write_sync(contacts=f"{directive}\n---\n{CONTACTS}"))
    assert found == [
        "contacts.yaml:1: a directive changes how words and numbers are read: remove the line that begins with %"
    ]


def test_a_tab_in_the_indentation_is_named(write_sync: WriteSync) -> None:
    """It cannot be told from spaces by looking."""
    found = problems_of(write_sync(contacts=CONTACTS.replace("  title:", "\ttitle:")))
    assert found[0].endswith("use spaces, not tabs")


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


MAPPINGS = [
    ('key: "sf_contact_{Id}"', 'key: "sf"', "key: the template 'sf' names no field"),
    ('key: "sf_contact_{Id}"', 'key: "{Email}"', "key: has to hold {Id} and no other field"),
    ('key: "sf_contact_{Id}"', 'key: "číslo_{Id}"', "key: holds characters that Daktela's names cannot"),
    ('key: "sf_contact_{Id}"', f'key: "{"x" * 47}{{Id}}"', "key: comes out longer than 64 characters"),
    ('key: "sf_contact_{Id}"', "", "key: is missing: add a line `key:` at this level"),
    ("salesforce: Contact", "salesforce: My Contact", "salesforce: 'My Contact' is no API name"),
    ("daktela: contacts", "daktela: contact", "daktela: unknown model contact: did you mean contacts?"),
    ("fields:", "match: [customFields.email]\nfields:", "match: customFields.email is not mapped"),
    (
        "fields:",
        "reject_above: 1\nfields:",
        "reject_above: expected a percentage from 0% to 100%: write it like 1% or 0.5%",
    ),
    ("fields:", "on_delete: mark\nfields:", "mark: is missing"),
    ("fields:", "on_delete: yes\nfields:", "on_delete: unknown value yes"),
    ("fields:", "filter: x\nfields:", "filter: unknown key"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MAPPINGS, ids=[new or "no key" for _, new, _ in MAPPINGS])
def test_refuses_mappings_that_cannot_work(write_sync: WriteSync, old: str, new: str, expected: str) -> None:
    """Each mistake at a mapping's top level is named with its key."""
    assert expected in "\n".join(problems_of(write_sync(contacts=CONTACTS.replace(old, new))))


CONDITIONS = [
    ("Email != null OR (Phone != null AND Name LIKE 'O\\'Con%')", None),
    ("Id IN (SELECT ContactId FROM Case ORDER BY Id LIMIT 5)", None),
    ("Name = 'a; ORDER BY b'", None),
    ("Limit__c > 5", None),
    ("Email != null LIMIT 5", "holds LIMIT"),
    ("Email != null order  by Name", "holds ORDER  BY"),
    ("Email != null GROUP BY Name", "holds GROUP BY"),
    ("Email != null; DELETE", "holds more than a condition"),
    ("Email != null -- x", "holds more than a condition"),
    ("a = 1) OR (b = 2", "has unbalanced parentheses"),
    ("(a = 1", "has unbalanced parentheses"),
    ("Name = 'x", "has an open quote"),
    ('Name = "x"', "has double quotes"),
    ("WHERE a = 1", "begins with WHERE"),
    (" ", "is empty"),
]


@pytest.mark.parametrize(("where", "expected"), CONDITIONS, ids=[where for where, _ in CONDITIONS])
def test_a_filter_is_one_condition(write_sync: WriteSync, where: str, expected: str | None) -> None:
    """Clauses outside of texts and subqueries, and what could end the condition early, are refused."""
    folder = write_sync(contacts=CONTACTS + "where: '" + where.replace("'", "''") + "'\n")
    if expected is None:
        load_sync(folder)
    else:
        assert f"contacts.yaml:7: where: {expected}" in problems_of(folder)[0]


TRICKS = [
    ("a: &x [1]\nb: *x\n", "contacts.yaml:1: anchors and aliases are not allowed: write the value out"),
    ("&a [*a]\n", "contacts.yaml:1: anchors and aliases are not allowed: write the value out"),
    ("a: !!python/object x\n", "contacts.yaml:1: tags are not allowed"),
    ("a: !x {b: 1}\n", "contacts.yaml:1: tags are not allowed"),
    ("<<: {a: 1}\n", "contacts.yaml:1: merges are not allowed: write the keys out"),
    ("a: 1\n---\nb: 2\n", "contacts.yaml:2: a second document: remove the line `---`"),
    ("[" * 50_000, "contacts.yaml:1: nested deeper than 20 levels"),
    ("- a\n", "contacts.yaml:1: the file holds no keys: see docs/mapping.md"),
    ("", "contacts.yaml:1: the file holds no keys: see docs/mapping.md"),
    ("a: b: c\n", "contacts.yaml:1: not YAML: mapping values are not allowed here"),
    ("a:\n\t- b\n", "contacts.yaml:2: not YAML: found character '\\t' that cannot start any token"),
    ('a: "\\uD800"\n', "contacts.yaml:1: half a character"),
    ("a: " + "x" * 300_000, "contacts.yaml:1: larger than 256 kB: split it"),
]


@pytest.mark.parametrize(("text", "expected"), TRICKS, ids=range(len(TRICKS)))
def test_refuses_yaml_that_a_mapping_never_needs(write_sync: WriteSync, text: str, expected: str) -> None:
    """Anchors, tags, merges, bottomless nesting and huge files never reach the model."""
    assert problems_of(write_sync(contacts=text))[0].startswith(expected)


def test_booleans_are_those_of_yaml_1_2(write_sync: WriteSync) -> None:
    """A bare ``no`` is a text: Norway stays Norway."""
    spec = load_sync(write_sync(contacts=CONTACTS + "  customFields.x: {from: A, values: {no: Norsko, true: Ano}}\n"))
    (call,) = spec.mapping("contacts").fields[-1].transforms
    assert call.options["table"] == {"no": "Norsko", True: "Ano"}


def test_files_that_are_not_utf_8_are_refused(write_sync: WriteSync) -> None:
    """A file saved in a Windows code page is an error, not wrong letters in Daktela."""
    folder = write_sync()
    (folder / "contacts.yaml").write_bytes("salesforce: Čtvrť".encode("cp1250"))
    assert problems_of(folder)[0] == "contacts.yaml:1: cannot be read (UnicodeDecodeError): save it as UTF-8 text"


FOLDERS = [
    ({"leads": CONTACTS}, "sync.yaml:3: mappings: leads.yaml is not listed: add it to mappings, or delete the file"),
    ({"sync": SYNC.replace("contacts]", "contacts, contacts]")}, "sync.yaml:3: mappings: contacts is listed twice"),
    ({"sync": SYNC.replace("[contacts]", "[]")}, "sync.yaml:3: mappings: names no mapping"),
    (
        {"sync": SYNC.replace("contacts]", "contacts, twins]"), "twins": CONTACTS},
        "sync.yaml:3: mappings: contacts and twins write the same names: give one of them another key",
    ),
]


@pytest.mark.parametrize(("files", "expected"), FOLDERS, ids=[expected for _, expected in FOLDERS])
def test_the_list_of_mappings_and_the_files_agree(write_sync: WriteSync, files: dict[str, str], expected: str) -> None:
    """A file that nobody lists, and two mappings that write the same objects, are mistakes."""
    assert any(line.startswith(expected) for line in problems_of(write_sync(files)))


def test_a_lookup_into_the_wrong_model_is_refused(write_sync: WriteSync) -> None:
    """``account`` takes names of accounts; a mapping to contacts cannot give them."""
    other = CONTACTS.replace("sf_contact", "x") + "  account: {lookup: contacts, from: AccountId}\n"
    found = problems_of(write_sync(sync=SYNC.replace("contacts]", "contacts, others]"), others=other))
    assert found == [
        "others.yaml:7: fields.account: takes one of Daktela's accounts, but contacts gives contacts: "
        "look it up in a mapping to accounts"
    ]


def test_lists_every_folder_that_holds_mappings(write_sync: WriteSync) -> None:
    """Folders without YAML and hidden ones, such as Kubernetes makes for a ConfigMap, are passed over."""
    folder = write_sync()
    (folder.parent / "..data").symlink_to(folder)
    (folder.parent / "notes").mkdir()
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "contacts.yaml").write_text(CONTACTS)
    assert [path.name for path in list_syncs(folder.parent)] == ["broken", "demo"]
    with pytest.raises(MappingError, match=r"broken/sync\.yaml:1: there is no such file: add the file sync\.yaml"):
        load_sync(folder.parent / "broken")


@pytest.mark.parametrize("there", [True, False])
def test_no_sync_at_all_names_the_setting(tmp_path: Path, there: bool) -> None:
    """An empty or missing folder is a mistake in the configuration, not an empty list."""
    folder = tmp_path / "mappings"
    if there:
        folder.mkdir()
    with pytest.raises(ConfigurationError, match=r"^\[salesforce_daktela\] mappings_folder: "):
        list_syncs(folder)


def test_links_out_of_the_mappings_folder_are_refused(write_sync: WriteSync, tmp_path: Path) -> None:
    """A mapping file cannot be a window to other files of the machine."""
    secret = tmp_path / "secret.yaml"
    secret.write_text(CONTACTS)
    folder = write_sync()
    (folder / "contacts.yaml").unlink()
    (folder / "contacts.yaml").symlink_to(secret)
    assert problems_of(folder) == [
        "sync.yaml:1: contacts.yaml leads out of the mappings folder: replace the link by a copy"
    ]


@pytest.mark.parametrize("name", ["Prodej", "a-b", "x" * 41])
def test_the_name_of_a_sync_becomes_part_of_a_dag_id(tmp_path: Path, name: str) -> None:
    """Folder names are kept to letters that every later use takes."""
    folder = tmp_path / "mappings" / name
    folder.mkdir(parents=True)
    (folder / "sync.yaml").write_text(SYNC)
    (folder / "contacts.yaml").write_text(CONTACTS)
    with pytest.raises(MappingError, match="a sync's folder cannot be called"):
        load_sync(folder)


def test_another_ending_is_named(write_sync: WriteSync) -> None:
    """A .yml file is not passed over in silence."""
    folder = write_sync()
    (folder / "leads.yml").write_text(CONTACTS)
    assert problems_of(folder) == ["leads.yml:1: is not read: names of mapping files end in .yaml: call it leads.yaml"]


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["{Id}", "Email"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PIECES = """a: |- { } [ ] : - , # & * ! ' " % @ ` ? > | ~ null true 1 fields: transforms: values: lookup: from:
customFields.x: title: key: {Id} << --- ..."""
pieces = st.sampled_from([*PIECES.split(), "\n", "\t", "  "])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(text=st.text(max_size=60) | st.lists(pieces, max_size=25).map(" ".join))
def test_no_text_whatever_makes_the_loader_fail_otherwise(write_sync: WriteSync, text: str) -> None:
    """Any file gives a sync or a MappingError that names the file."""
    folder = write_sync(contacts="x")
    (folder / "contacts.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(MappingError, match=r"contacts\.yaml"):
        load_sync(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    key=st.sampled_from(
        ["salesforce", "daktela", "key", "where", "match", "on_delete", "mark", "reject_above", "title", "account",
         "from", "value", "lookup", "transforms", "values", "default", "truncate", "phone", "default:"]
    ),
    value=yaml_values,
)  # fmt: skip
def test_no_value_under_a_known_key_makes_the_loader_fail_otherwise(
    write_sync: WriteSync, key: str, value: object
) -> None:
    """Each key copes with every type of value."""
    dumped = StringIO()
    inside = {
        "from": {"from": value}, "value": {"value": value}, "lookup": {"from": "A", "lookup": value},
        "transforms": {"from": "A", "transforms": value}, "values": {"from": "A", "values": value},
        "default": {"from": "A", "default": value}, "truncate": {"from": "A", "transforms": [{"truncate": value}]},
        "phone": {"from": "A", "transforms": [{"phone": value}]},
        "default:": {"from": "A", "transforms": [{"default": value}]},
    }  # fmt: skip
    mapping: dict[str, object] = {
        "salesforce": "Contact",
        "daktela": "contacts",
        "key": "{Id}",
        "fields": {"title": "A", "lastname": "A"},
    }
    fields = mapping["fields"]
    assert isinstance(fields, dict)
    if key in inside:
        fields["customFields.x"] = inside[key]
    elif key in ("title", "account"):
        fields[key] = value
    else:
        mapping[key] = value
    YAML(typ="safe", pure=True).dump(mapping, dumped)
    folder = write_sync(contacts="x")
    (folder / "contacts.yaml").write_bytes(dumped.getvalue().encode("utf-8", "surrogatepass"))
    with contextlib.suppress(MappingError):
        load_sync(folder)
