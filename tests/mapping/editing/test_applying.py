"""Edits of mapping files: what they change, what they leave, what they refuse."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.edits import (
    Bare,
    Edit,
    EditError,
    Insert,
    Move,
    Remove,
    Rename,
    SetValue,
    Value,
)
from salesforce_daktela.mapping.problems import MappingError

BLOCK = """\
# Companies.
fields:  # what goes where
    title: Name   # the name

    # how to reach them
    user:
        lookup: users
        from: Owner.Email  # of the owner
    # the end
on_delete: keep
"""
FLOW = """\
fields: {
  title: Name,  # the name
  # how to reach them
  user: {lookup: users, from: Owner.Email}
}
"""
LIST = """\
transforms:
- trim   # blanks
# then
- truncate: 5
  # inside
- lower
"""


def changed(text: str, *edits: Edit) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    before, after = text.splitlines(), apply(text, edits).splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_a_value_is_replaced_where_it_stands() -> None:
    """With the comment behind it, and the blanks before that."""
    edit = SetValue(("fields", "title"), "Label")
    assert changed(BLOCK, edit) == (["    title: Name   # the name"], ["    title: Label   # the name"])


def test_a_text_keeps_the_quotes_of_the_one_before() -> None:
    """Whoever quotes goes on quoting."""
    assert apply("a: 'x'  # y\nb: \"x\"\n", [SetValue(("a",), "it's"), SetValue(("b",), "y")]) == (
        "a: 'it''s'  # y\nb: \"y\"\n"
    )


def test_a_value_that_is_set_to_itself_stays_as_it_is_written() -> None:
    """Whatever its spelling."""
    text = "a: ~\nb: 'x'\nc: True\nd: [ 1, {e: f} ]\n"
    same = [SetValue(("a",), None), SetValue(("b",), "x"), SetValue(("c",), True), SetValue(("d",), [1, {"e": "f"}])]
    assert apply(text, same) == text


def test_a_value_of_several_lines_becomes_one_of_one_line() -> None:
    """The comments on its key and after it stay."""
    after = apply(BLOCK, [SetValue(("fields", "user"), {"lookup": "users", "from": "Owner.Username"})])
    assert "    # how to reach them\n    user: {lookup: users, from: Owner.Username}\n    # the end\n" in after


def test_a_missing_value_is_filled_in() -> None:
    """Beside its comment."""
    assert apply("a:  # none yet\nb: {c, d: }\n", [
        SetValue(("a",), 1), SetValue(("b", "c"), 2), SetValue(("b", "d"), 3)
    ]) == "a: 1  # none yet\nb: {c: 2, d: 3 }\n"  # fmt: skip


def test_a_new_key_takes_the_place_and_the_indentation_of_its_neighbours() -> None:
    """After the last one, or after the one that is named."""
    assert changed(BLOCK, Insert(("fields", "sla"), "Level__c")) == ([], ["    sla: Level__c"])
    after = apply(BLOCK, [Insert(("fields", "sla"), "Level__c", after="title")])
    assert "    title: Name   # the name\n    sla: Level__c\n\n    # how" in after


@pytest.mark.parametrize(
    "text",
    [
        "fields:\n   title: Name  # first\n\n   # second\n   user: Owner\n",
        "fields: {\n  title: Name,\n  user: Owner,\n}\n",
    ],
)
def test_keys_put_in_together_stand_as_if_one_after_the_other(text: str) -> None:
    """Also long rules, in lines and in brackets."""
    long: dict[str, Value] = {"from": [f"Field_{n}__c" for n in range(12)], "default": "none of them"}
    values: list[Value] = ["A", long, {"from": "B"}, long, "C"]
    names = [f"new_{n}" for n in range(len(values))]
    edits = [
        Insert(("fields", name), value, after)
        for name, value, after in zip(names, values, ["title", *names], strict=False)
    ]
    one_by_one = text
    for edit in edits:
        one_by_one = apply(one_by_one, [edit])
    assert apply(text, edits) == one_by_one
    with pytest.raises(EditError, match="stands there already"):
        apply(text, [*edits, Insert(("fields", "new_0"), "D", names[-1])])


def test_a_new_key_in_brackets_of_several_lines_gets_a_line() -> None:
    """And the line before it a comma."""
    after = apply(FLOW, [Insert(("fields", "sla"), "Level__c"), Insert(("fields", "user", "on_missing"), "drop")])
    assert after.endswith("  user: {lookup: users, from: Owner.Email, on_missing: drop},\n  sla: Level__c\n}\n")


def test_a_rule_too_long_for_a_line_is_written_below_its_key() -> None:
    """With the indentation of the file's author."""
    rule: Value = {
        "from": ["BillingStreet", "{BillingPostalCode} {BillingCity}", "BillingCountry"],
        "default": "x" * 60,
    }
    _, came = changed(BLOCK, Insert(("fields", "description"), rule))
    assert [line[:16] for line in came] == ["    description:", "        from: [B", "        default:"]


def test_a_key_that_is_removed_takes_its_lines_and_leaves_the_comments_around_it() -> None:
    """Of the comments, only those on its lines and inside it go."""
    assert changed(BLOCK, Remove(("fields", "user")))[0] == BLOCK.splitlines()[5:8]
    assert apply(FLOW, [Remove(("fields", "user"))]) == (
        "fields: {\n  title: Name  # the name\n  # how to reach them\n}\n"
    )


def test_blank_lines_behind_a_removed_key_do_not_join_the_text_before_it() -> None:
    """Only a text that keeps them all would take them."""
    text = "a: |+\n  x\n\nb: 1\n\n \nc: 2\n"
    assert apply(text, [Remove(("b",))]) == "a: |+\n  x\n\nc: 2\n"
    assert apply(text.replace("+", "-"), [Remove(("b",))]) == "a: |-\n  x\n\n\n \nc: 2\n"
    assert apply("a: |\n  x\nb: 1", [Remove(("b",))]) == "a: |\n  x\n"
    assert apply("a: |-\n  x\nb: 1", [Remove(("b",))]) == "a: |-\n  x"


def test_a_key_without_a_value_ends_at_its_colon() -> None:
    """Also when a quoted key comes next."""
    assert apply("a:\n'b': 1\n", [Remove(("a",))]) == "'b': 1\n"
    assert apply("a:\n'b': 1\n", [SetValue(("a",), 2), Insert(("c",), 3, after="a")]) == "a: 2\nc: 3\n'b': 1\n"


def test_the_last_key_leaves_empty_brackets() -> None:
    """Not a key without a value."""
    assert apply("a:  # x\n  # y\n  b: 1\nc: {d: [e]}\n", [Remove(("a", "b")), Remove(("c", "d", 0))]) == (
        "a: {}  # x\n  # y\nc: {d: []}\n"
    )


def test_items_move_with_the_comments_behind_them() -> None:
    """Those above stay."""
    assert apply(LIST, [Move(("transforms", 0), 2)]) == (
        "transforms:\n- truncate: 5\n# then\n- lower\n  # inside\n- trim   # blanks\n"
    )
    assert apply("a: [x, {y: 1},  z]\n", [Move(("a", 2), 0)]) == "a: [z, x,  {y: 1}]\n"


def test_items_are_put_in_and_taken_out() -> None:
    """At any place."""
    text = apply(LIST, [Insert(("transforms", 0), "unique"), Remove(("transforms", 2)), Insert(("transforms", 3), "a")])
    assert text == "transforms:\n- unique\n- trim   # blanks\n# then\n  # inside\n- lower\n- a\n"
    assert apply("a: [x]\n", [Insert(("a", 0), "w"), Insert(("a", 2), "z"), Remove(("a", 1))]) == "a: [w, z]\n"


def test_a_key_is_renamed_in_its_place() -> None:
    """The value and the quotes stay."""
    text = "fields:\n  'customFields.a' : {from: A}  # a\n"
    assert apply(text, [Rename(("fields", "customFields.a"), "customFields.b")]) == text.replace("s.a'", "s.b'")


def test_line_ends_mark_and_missing_last_break_stay() -> None:
    """A file from Windows stays one."""
    text = "\ufeffa: 1\r\nb:\r\n  c: 2"
    after = apply(text, [Insert(("b", "d"), 3), Insert(("e",), "f"), Remove(("a",))])
    assert after == "\ufeffb:\r\n  c: 2\r\n  d: 3\r\ne: f"
    assert apply(after, [Remove(("e",))]) == "\ufeffb:\r\n  c: 2\r\n  d: 3"


def test_a_number_kept_as_it_is_spelled_is_written_without_quotes() -> None:
    """What the loader says of it is the loader's matter."""
    assert apply("a: 1\n", [SetValue(("a",), Bare("007"))]) == "a: 007\n"
    assert apply("a: 007\n", [SetValue(("a",), "007")]) == 'a: "007"\n'
    with pytest.raises(EditError, match="neither a number nor a date"):
        apply("a: 1\n", [SetValue(("a",), Bare("x: y"))])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (SetValue(("fields", "sla"), "x"), r"^fields\.sla: there is no sla, nothing was changed: read the file again$"),
        (SetValue(("fields", "title", "x"), "x"), r"^fields\.title\.x: there is nothing of this kind"),
        (SetValue((), "x"), "names nothing"),
        (Insert(("fields", "user"), "x"), "user stands there already"),
        (Insert(("fields", "sla"), "x", after="name"), "there is no name"),
        (Insert(("fields", 0), "x"), r"^fields\[0\]: there is nothing of this kind"),
        (Rename(("fields", "user"), "title"), "title stands there already"),
        (Move(("fields", "title"), 0), "the list has no place 0"),
        (SetValue(("on_delete",), "\ud83d"), "half a character"),
        (SetValue(("on_delete",), float("nan")), "not a finite number"),
        (Rename(("on_delete",), "k" * 2000), "a key of more than 1000 characters"),
        (SetValue(("on_delete",), "x" * 300_000), "larger than 256 kB"),
    ],
)
def test_a_change_that_cannot_be_made_says_which_and_why(edit: Edit, message: str) -> None:
    """And leaves the file alone."""
    with pytest.raises(EditError, match=message) as caught:
        apply(BLOCK, [SetValue(("on_delete",), "mark"), edit])
    assert caught.value.path == edit.path


def test_the_only_key_of_a_file_is_not_removed() -> None:
    """A file without keys is none."""
    with pytest.raises(EditError, match="the only key of the file"):
        apply("a: 1\n", [Remove(("a",))])


def test_a_change_that_would_reach_further_is_refused() -> None:
    """This text has no line break at its end; a line after it would give it one."""
    with pytest.raises(EditError, match=r"^b: the way this file is written leaves no safe place for the change"):
        apply("a: |\n  x", [Insert(("b",), 1)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1\n", r"^demo/x\.yaml:2: not YAML"),
        ("a: &b 1\nc: *b\n", r"^demo/x\.yaml:1: anchors and aliases are not allowed"),
        ("a: 1\na: 2\n", r"^demo/x\.yaml:2: the key a is in line 1 already"),
        ("- a\n", r"^demo/x\.yaml:1: the file has no keys"),
        ("a: \ud83d\n", "save it as plain UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_cannot_be_edited(text: str, message: str) -> None:
    """The places are told."""
    with pytest.raises(MappingError, match=message):
        apply(text, [SetValue(("a",), 2)], file="demo/x.yaml")
