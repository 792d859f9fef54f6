"""A mapping file as a form: everything of the language has a control, and what has none stays as it is."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.edits import EditError, Value
from salesforce_daktela.mapping.editing.form import Call, Form, Row, read_form, rule
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.editing.shapes import wanted as shape
from tests.attacks.sync_folders import RICH, RICH_SYNC, MapNode, emit, rich_trees
from tests.attacks.yaml_changes import TREE_CHANGES
from tests.mapping.editing.test_one_change import FILES, GENERATE_ONLY, styled, texts

FILE = """\
salesforce: Contact  # people
daktela: contacts
key: "sf_{Id}"
fields:
    # the name
    title: "{FirstName} {LastName}"
    lastname:
        from: LastName
        transforms:
        - trim  # blanks
        - {truncate: 5}
        default: "?"
    customFields.kind: {from: Kind__c, values: {1: one, true: yes}}  # a table
on_delete: keep
"""


def saved(text: str, form: Form) -> str:
    """The file after a form was saved."""
    return apply(text, changes(text, form))


def row_of(form: Form, target: str) -> Row:
    """One row."""
    return next(row for row in form.rows if row.target == target)


def with_row(form: Form, row: Row) -> Form:
    """The form with another row in the place of the one of that origin."""
    return replace(form, rows=tuple(row if each.origin == row.origin else each for each in form.rows))


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_every_key_of_the_language_has_a_control() -> None:
    """Nothing of a file that uses all of it is left over."""
    form = read_form(RICH)
    assert form.unshown == ()
    assert form.settings["match"] == ["customFields.email"]
    assert form.settings["mark"] == {"customFields.note": "gone"}
    assert form.settings["once"] == ["user", "customFields.source"]
    assert len(form.settings) == 13
    assert row_of(form, "firstname").sources == ("FirstName", "MiddleName")
    assert row_of(form, "account") == Row(
        target="account", origin="account", sources=("AccountId",), lookup=("accounts",), on_missing="park"
    )
    assert row_of(form, "lastname").transforms == (Call("trim"), Call("truncate", 128))
    assert row_of(form, "customFields.born").transforms[0].given == {"format": "%d.%m.%Y", "zone": "Europe/Prague"}
    industry = row_of(form, "customFields.industry")
    assert (industry.values, industry.default) == ({"Banking": "bank", "Energy": "utility"}, "other")
    assert row_of(form, "customFields.source").constant == "salesforce"


def test_what_has_no_control_is_shown_as_its_text_and_stays() -> None:
    """With its place."""
    text = FILE.replace('default: "?"', "default: [a, b]  # both").replace("on_delete: keep", "odd: {x: 1}\n? [a]\n: b")
    text = text.replace("from: LastName", "from: LastName\n        '': x") + "reread: 1d\n"
    form = read_form(text)
    assert [(each.path, each.text, each.line) for each in form.unshown] == [
        (("fields", "lastname", ""), "'': x", 9),
        (("fields", "lastname", "default"), "default: [a, b]", 13),
        (("odd",), "odd: {x: 1}", 15),
        (("[a]",), "? [a]\n: b", 16),
    ]
    after = saved(text, with_row(form, replace(row_of(form, "lastname"), on_error="drop", sources=("Name",))))
    went, came = lines(text, after)
    assert (went, came) == (["        from: LastName"], ["        from: Name", "        on_error: drop"])


def test_a_field_without_any_control_is_no_row() -> None:
    """It is left alone when all others go."""
    text = FILE.replace('title: "{FirstName} {LastName}"', "title: [A, {b: c}]")
    form = read_form(text)
    assert [row.target for row in form.rows] == ["lastname", "customFields.kind"]
    assert form.unshown[0].text == "title: [A, {b: c}]"
    assert "fields:\n    # the name\n    title: [A, {b: c}]\non_delete" in saved(text, replace(form, rows=()))


def test_what_a_dial_list_leaves_alone_is_shown_as_text_and_stays_as_it_is() -> None:
    """The file is saved byte for byte, and a change of another setting does not touch these lines."""
    text = FILE.replace("daktela: contacts", "daktela: campaignsRecords") + "hands_off:\n  action: [3, 4]   # calls\n"
    form = read_form(text)
    assert [each.path for each in form.unshown] == [("hands_off",)]
    assert saved(text, form) == text
    changed = saved(text, replace(form, settings={**form.settings, "on_delete": "delete"}))
    assert lines(text, changed) == (["on_delete: keep"], ["on_delete: delete"])
    listed = saved(text, replace(form, settings={**form.settings, "once": ["title"]}))
    assert lines(text, listed) == ([], ["once: [title]"])


def test_a_source_alone_becomes_a_rule_when_more_is_said() -> None:
    """And stays a source alone otherwise."""
    form = read_form(FILE)
    title = row_of(form, "title")
    assert '    title: "{Name}"\n' in saved(FILE, with_row(form, replace(title, sources=("{Name}",))))
    assert "    title: [A, B]\n" in saved(FILE, with_row(form, replace(title, sources=("A", "B"))))
    assert '    title: {from: "{FirstName} {LastName}", default: "-"}\n' in saved(
        FILE, with_row(form, replace(title, default="-"))
    )


def test_one_option_of_one_transform_changes_one_line() -> None:
    """As do a transform put in, an entry of a table, a setting."""
    form = read_form(FILE)
    last, kind = row_of(form, "lastname"), row_of(form, "customFields.kind")
    trim, cut = last.transforms
    shorter = with_row(form, replace(last, transforms=(trim, Call("truncate", 4))))
    assert lines(FILE, saved(FILE, shorter))[1] == ["        - {truncate: 4}"]
    longer = with_row(form, replace(last, transforms=(trim, Call("lower"), cut)))
    assert lines(FILE, saved(FILE, longer)) == ([], ["        - lower"])
    table = with_row(form, replace(kind, values={**kind.values, "1": "eins", "2": "two"}))
    assert lines(FILE, saved(FILE, table))[1] == [
        '    customFields.kind: {from: Kind__c, values: {1: eins, true: yes, "2": two}}  # a table'
    ]
    found = replace(form, settings={**form.settings, "where": "Email != null", "on_delete": "mark"})
    assert lines(FILE, saved(FILE, found))[1] == ['where: "Email != null"', "on_delete: mark"]


def test_transforms_in_another_order_are_moved() -> None:
    """With their comments."""
    form = read_form(FILE)
    last = row_of(form, "lastname")
    after = saved(FILE, with_row(form, replace(last, transforms=last.transforms[::-1])))
    assert "        - {truncate: 5}\n        - trim  # blanks\n" in after


def test_rows_come_go_and_change_their_names() -> None:
    """New ones after the row before them; a name may be taken over from a row that goes."""
    form = read_form(FILE)
    title, last, kind = form.rows
    new = Row(target="customFields.email", sources=("Email",), transforms=(Call("lower"),))
    after = saved(FILE, replace(form, rows=(title, new, replace(last, target="firstname"))))
    assert "    customFields.email: {from: Email, transforms: [lower]}\n    firstname:\n        from" in after
    assert "customFields.kind" not in after
    after = saved(FILE, replace(form, rows=(replace(kind, target="title"), replace(last, target="customFields.kind"))))
    assert [row.target for row in read_form(after).rows] == ["customFields.kind", "title"]


def test_names_of_rows_may_be_exchanged() -> None:
    """Each takes its rule along, and its lines."""
    form = read_form(FILE)
    title, last, kind = form.rows
    swapped = (replace(title, target="lastname"), replace(last, target="title"), kind)
    after = saved(FILE, replace(form, rows=swapped))
    assert lines(FILE, after)[1] == ['    lastname: "{FirstName} {LastName}"', "    title:"]


def test_two_rows_of_one_field_are_refused() -> None:
    """By their targets, or by where they come from."""
    form = read_form(FILE)
    title = form.rows[0]
    for row in (Row(target="title", sources=("A",)), replace(title, target="sla")):
        with pytest.raises(EditError, match="title: stands in two rows"):
            changes(FILE, replace(form, rows=(*form.rows, row)))


def test_a_setting_that_the_file_does_not_have_is_refused() -> None:
    """Not dropped in silence."""
    form = read_form(FILE)
    with pytest.raises(EditError, match="schedule: is no setting of this file"):
        changes(FILE, replace(form, settings={**form.settings, "schedule": "x"}))


def test_a_sync_file_is_a_form_without_rows() -> None:
    """Its list of mappings and its limits change entry by entry."""
    text = "# One\nmappings:\n- accounts  # first\n- rich\nlimits: {workers: 4, lag: 5s}\nfields: {}\n"
    form = read_form(text, controls=SYNC)
    assert (form.rows, [each.text for each in form.unshown]) == ((), ["fields: {}"])
    assert read_form(RICH_SYNC, controls=SYNC).unshown == ()
    new: dict[str, Value] = {
        "mappings": ["accounts", "leads", "rich"], "limits": {"workers": 8, "lag": "5s"}, "database": "sales"
    }  # fmt: skip
    after = apply(text, changes(text, replace(form, settings=new), controls=SYNC))
    assert lines(text, after)[1] == ["- leads", "limits: {workers: 8, lag: 5s}", "database: sales"]


def test_a_row_that_is_taken_out_and_put_in_again_keeps_its_lines() -> None:
    """It is the same field."""
    form = read_form(FILE)
    again = replace(row_of(form, "lastname"), origin=None, default="!")
    after = saved(FILE, replace(form, rows=(form.rows[0], again, form.rows[2])))
    assert lines(FILE, after) == (['        default: "?"'], ['        default: "!"'])


def test_a_form_fills_a_file_that_has_no_fields_yet() -> None:
    """And one in which something else stands there is left to a text editor."""
    rows = (Row(target="title", sources=("Name",)), Row(target="lastname", constant="x"))
    form = Form(settings={"salesforce": "Contact"}, rows=rows, unshown=())
    assert saved("on_delete: keep\n", replace(form, settings={"on_delete": "keep"})) == (
        "on_delete: keep\nfields: {title: Name, lastname: {value: x}}\n"
    )
    with pytest.raises(EditError, match="fields: what stands here are no fields, nothing was changed"):
        changes("fields: [a]\n", form)


@pytest.mark.parametrize("text", FILES)
def test_a_shipped_file_opened_and_saved_has_no_edits(text: str) -> None:
    """The docs' examples as well."""
    assert changes(text, read_form(text)) == []


@settings(GENERATE_ONLY, max_examples=20)
@given(text=styled())
def test_a_form_without_a_change_has_no_edits(text: str) -> None:
    """Whatever the style."""
    assert changes(text, read_form(text)) == []


def test_a_spoiled_file_opens_and_is_saved_as_it_is() -> None:
    """Its mistakes are the loader's matter."""
    opened = 0
    for seed in range(25):
        random = Random(seed)  # noqa: S311 the same again from the same seed
        tree: MapNode = rich_trees()["rich"]
        random.choice(TREE_CHANGES)(random, tree)
        text = emit(tree)
        try:
            form = read_form(text)
        except Exception:  # noqa: BLE001, S112 not YAML of ours
            continue
        assert changes(text, form) == []
        opened += 1
    assert opened > 10


singles = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | texts
rules = st.fixed_dictionaries(
    {},
    optional={
        "sources": st.lists(texts, min_size=1, max_size=3).map(tuple),
        "constant": singles | st.lists(singles, max_size=2),
        "lookup": st.lists(texts, max_size=2).map(tuple),
        "transforms": st.lists(
            st.builds(Call, texts, singles | st.dictionaries(texts, singles, min_size=1, max_size=2)), max_size=3
        ).map(tuple),
        "values": st.dictionaries(texts, singles, max_size=3),
        "default": singles,
        "on_missing": st.none() | texts,
        "when_empty": st.none() | texts,
        "on_error": st.none() | texts,
    },
)


@settings(GENERATE_ONLY, max_examples=25)
@given(text=styled(), data=st.data(), change=rules, new=rules)
def test_what_a_form_is_changed_to_is_what_the_file_says(
    text: str, data: st.DataObject, change: dict[str, Any], new: dict[str, Any]
) -> None:
    """One row changed, one put in, one taken out: read again, it is the form that was saved."""
    check_saved_form(text, data, change, new)


@pytest.mark.heavy
@settings(GENERATE_ONLY, max_examples=120)
@given(text=styled(), data=st.data(), change=rules, new=rules)
def test_what_many_forms_are_changed_to_is_what_their_files_say(
    text: str, data: st.DataObject, change: dict[str, Any], new: dict[str, Any]
) -> None:
    """The same, for longer."""
    check_saved_form(text, data, change, new)


def check_saved_form(text: str, data: st.DataObject, change: dict[str, Any], new: dict[str, Any]) -> None:
    """Change, put in and take out a row, save, and read again."""
    form = read_form(text)
    rows = list(form.rows)
    if rows:
        at = data.draw(st.integers(0, len(rows) - 1))
        rows[at] = replace(rows[at], **change)
        rows.insert(at + data.draw(st.integers(0, 1)), Row(target="brand new", **new))
        if data.draw(st.booleans()):
            del rows[data.draw(st.integers(0, len(rows) - 1))]
    wanted: dict[str, Value] = {**form.settings, "where": data.draw(texts)}
    after = read_form(saved(text, replace(form, rows=tuple(rows), settings=wanted)))
    assert after.settings == wanted
    assert {row.target: shape(rule(row)) for row in after.rows} == {row.target: shape(rule(row)) for row in rows}
    assert after.unshown == form.unshown
