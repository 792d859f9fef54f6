"""Mistakes in test files have a file, a line, a column, and advice; all of them are told at once."""

from __future__ import annotations

from pathlib import Path

from tests.steps.mapping_tests.conftest import Try, problems


def test_every_mistake_of_a_file_is_told_with_line_and_column(tried: Try) -> None:
    text = """\
tests:
  - name: one
    salesforce: {FristName: Eva, Owner: {Nme: x}}
    fields: {titel: Eva}
  - name: one
    salesforce: {LastName: Eva}
    daktela: {title: Eva}
  - name: two
    salesforce: {LastName: Eva}
    daktela: {title: [Eva], lastname: 007}
    fields: {title: Eva}
    keeps: [usr]
  - seven
  - name: three
    salesfroce: {}
    problems: {titel: email_invalid, lastname: 5}
  - name: four
    salesforce: {LastName: Eva, lastname: Eva}
    parents: {001000000000001AAA: 5}
  - name: one
    salesforce: {}
    waits: [account]
"""
    found = problems(tried(text))
    places = [problem.partition(" ")[0] for problem in found]
    assert places == sorted(places, key=lambda place: [int(piece) for piece in place.split(":")[1:3]])
    told = "\n".join(found)
    for line in (
        "contacts.yaml:3:18: tests[1].salesforce.FristName: the mapping does not read FristName:",
        "contacts.yaml:3:42: tests[1].salesforce.Owner.Nme: the mapping does not read Owner.Nme:",
        "contacts.yaml:4:14: tests[1].fields.titel: the mapping does not fill titel: did you mean title?",
        "contacts.yaml:10:15: tests[3].daktela.title: expected one text, found a list: only custom fields hold several",
        "contacts.yaml:10:29: tests[3].daktela.lastname: 007 would be sent in another form",
        "contacts.yaml:11:5: tests[3].fields: a test has either `daktela` or `fields`: remove one of them",
        "contacts.yaml:12:5: tests[3].keeps: the mapping does not fill usr: did you mean user?",
        "contacts.yaml:1:1: tests: test 4 has no keys: write it as `- name: ...`, the other keys below",
        "contacts.yaml:15:5: tests[5].salesfroce: unknown key: did you mean salesforce?",
        "contacts.yaml:14:5: tests[5].salesforce: is missing: add a line `salesforce:` at this level",
        "contacts.yaml:16:16: tests[5].problems.titel: unknown name titel: did you mean title?",
        "contacts.yaml:16:38: tests[5].problems.lastname: expected a text, found a number: put it in quotes",
        "contacts.yaml:17:5: tests[6].name: the test expects nothing: add one of daktela, fields, problems, waits, bec",
        "contacts.yaml:18:33: tests[6].salesforce.lastname: LastName is given twice: keep one of them",
        "contacts.yaml:19:15: tests[6].parents.001000000000001AAA: expected a name in Daktela, found a number",
        "contacts.yaml:20:5: name: the name 'one' is in line 5 already: give each test its own",
    ):
        assert line in told
    assert len(found) == 16


def test_yaml_that_cannot_be_read_has_its_column(tried: Try) -> None:
    assert problems(tried("tests:\n  - name: [x\n", accounts="tests: &x []\n")) == [
        "accounts.yaml:1:8: anchors and aliases are not allowed: write the value itself",
        "contacts.yaml:3:1: not YAML: expected ',' or ']', but got '<stream end>': check quotes and indentation",
    ]


def test_a_file_belongs_to_the_mapping_of_its_name_or_to_the_one_it_names(tried: Try, folder: Path) -> None:
    """A file in another format is told, not passed over."""
    text = "tests:\n- {name: one, salesforce: {LastName: Eva}, fields: {title: Eva}}\n"
    assert tried(people=f"mapping: contacts\n{text}").fine
    (folder / "tests" / "more.yml").write_text(text)
    assert problems(tried(leads=text, deals=f"mapping: contcats\n{text}")) == [
        "deals.yaml:1:1: mapping: there is no mapping contcats in sync.yaml: write `mapping:`; did you mean contacts? "
        "choose from accounts, contacts",
        "leads.yaml:1:1: there is no mapping leads in sync.yaml: write `mapping:`; choose from accounts, contacts",
        "more.yml:1:1: is not read, because names of test files end in .yaml: rename it to more.yaml",
    ]


def test_a_field_has_one_type_in_all_tests_of_a_mapping(tried: Try) -> None:
    """Whole numbers and fractions go together; a number with needless zeros may be a text."""
    text = """\
tests:
- {name: one, salesforce: {LastName: Eva, Size__c: 5}, fields: {customFields.size: "5"}}
- {name: two, salesforce: {LastName: Eva, Size__c: 5.5}, fields: {customFields.size: "5.5"}}
- {name: three, salesforce: {LastName: Eva, Size__c: "5"}, fields: {customFields.size: "5"}}
- {name: four, salesforce: {LastName: 007}, fields: {title: "007"}}
- {name: five, salesforce: {LastName: Eva, Vip__c: "true"}, fields: {customFields.vip: "yes"}}
- {name: six, salesforce: {LastName: Eva, Vip__c: true}, fields: {customFields.vip: "yes"}}
"""
    assert problems(tried(text)) == [
        "contacts.yaml:4:45: tests[3].salesforce.Size__c: Size__c is text here and number at "
        "mappings/demo/tests/contacts.yaml:2:43: write both alike; a schema lock file would tell the type",
        "contacts.yaml:5:29: tests[4].salesforce.LastName: 007 may be a text or a number: put it in quotes if it is a "
        "text, else write it without needless zeros and signs",
        "contacts.yaml:7:43: tests[6].salesforce.Vip__c: Vip__c is boolean here and text at "
        "mappings/demo/tests/contacts.yaml:6:44: write both alike; a schema lock file would tell the type",
    ]


def test_a_transform_that_cannot_take_the_written_type_is_told(tried: Try) -> None:
    text = "tests:\n- {name: one, salesforce: {LastName: Eva, Email: 5}, fields: {title: Eva}}\n"
    (found,) = tried(text).problems
    assert "contacts.yaml:10: fields.customFields.email: email takes text, but gets numbers" in str(found)
