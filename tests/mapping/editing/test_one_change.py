"""Mapping files in every style: no change leaves every byte, one change makes just that change."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from random import Random

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from salesforce_daktela.mapping.editing.applying import apply, open_text
from salesforce_daktela.mapping.editing.edits import Edit, Insert, Move, Remove, Rename, SetValue, Value
from salesforce_daktela.mapping.editing.lines import BREAK
from salesforce_daktela.mapping.editing.tree import Node
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.problems import MappingError
from tests.attacks.mapping_mutations import sync_folder
from tests.attacks.sync_folders import SHIPPED, MapNode, rich_trees, shipped_trees
from tests.mapping.editing.oracle import REMARK, edited, lost_remarks, places, says, touched
from tests.mapping.editing.styled_files import Style

DOCS = FilePath(__file__).resolve().parents[3] / "docs"
EXAMPLES = [
    block
    for page in sorted(DOCS.rglob("*.md"))
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    if re.search(r"^(fields|mappings):", block, re.MULTILINE)
]
FILES = [*(path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.yaml"))), *EXAMPLES]

GENERATE_ONLY = settings(phases=[Phase.generate])
"""An example is a whole file: making a failing one smaller would take minutes, and it can be read as it is."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["yes", "No", "0123", "1.10", "1_000", "2026-03-29", "~", "null", "", " x", "x ", "a: b", "a #b", "- a", "{Id}",
     "'", '"', "\\", "\n", "\u2028", "\x85", "\ufeff", "<<", "=", "%", "@x", "&a", "*a", "!t", "|", ">", "?", "č" * 90]
)  # fmt: skip
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
singles: st.SearchStrategy[Value] = st.none() | st.booleans() | numbers | texts
values: st.SearchStrategy[Value] = st.recursive(
    singles, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


@st.composite
def styled(draw: st.DrawFn) -> str:
    """A file that uses the whole language, as some author writes it."""
    random = Random(draw(st.integers(0, 10**6)))  # noqa: S311 the same file from the same seed
    trees = rich_trees() if random.random() < 0.7 else shipped_trees()
    tree = random.choice(list(trees.values()))
    for _, below in tree.pairs:
        if isinstance(below, MapNode):
            below.pairs = sorted(random.sample(below.pairs, min(4, len(below.pairs))), key=below.pairs.index)
    if random.random() < 0.3:
        emptied = random.choice([below for _, below in tree.pairs if isinstance(below, MapNode)] or [tree])
        emptied.pairs[random.randrange(len(emptied.pairs))] = (random.choice(('"empty"', '""')), "null")
    return Style(random).text(tree)


@st.composite
def edits(draw: st.DrawFn, tree: Node) -> Edit:
    """Any change that can be asked of a file."""
    path, parent = draw(st.sampled_from(places(tree)))
    kinds = ["set", "remove", "insert", "rename" if parent.kind == "map" else "move"]
    if len(path) == 1 and len(parent.entries) == 1:
        kinds.remove("remove")
    kind = draw(st.sampled_from(kinds))
    if kind == "set":
        return SetValue(path, draw(values))
    if kind == "remove":
        return Remove(path)
    if kind == "move":
        return Move(path, draw(st.integers(0, len(parent.entries) - 1)))
    names = [str(entry.name) for entry in parent.entries]
    free = texts.filter(lambda name: name not in names)
    if kind == "rename":
        return Rename(path, draw(free))
    if parent.kind == "list":
        return Insert((*path[:-1], draw(st.integers(0, len(parent.entries)))), draw(values))
    return Insert((*path[:-1], draw(free)), draw(values), draw(st.none() | st.sampled_from(names)))


def check_one_change(text: str, data: st.DataObject) -> None:
    """One edit changes what it names, within its own lines, and takes no remark with it that is not its own."""
    old, tree = open_text(text)
    edit = data.draw(edits(tree))
    event(type(edit).__name__)
    after = apply(text, [edit])
    assert says(after) == edited(says(text), edit)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    new = after.removeprefix("\ufeff")
    start, end = touched(old, tree, edit)
    assert new.startswith(old[:start])
    assert new.endswith(old[end:])
    assert len(new) >= start + len(old) - end
    assert set(REMARK.findall(old)) - set(REMARK.findall(new)) <= lost_remarks(old, tree, edit)
    assert ends_with_break(new) == ends_with_break(old)
    assert set(BREAK.findall(new)) <= (set(BREAK.findall(old)) or {"\n"})


def ends_with_break(text: str) -> bool:
    """Whether the last line is ended."""
    return text.endswith(("\n", "\r"))


@pytest.mark.parametrize("text", FILES)
def test_a_shipped_file_without_a_change_keeps_every_byte(text: str) -> None:
    """Also when each of its values is set to what it is."""
    assert apply(text, []) == text


@settings(GENERATE_ONLY, max_examples=25)
@given(data=st.data())
def test_one_change_of_a_shipped_file_is_just_that_change(data: st.DataObject) -> None:
    """Of the files in include/mappings, and of every example in the docs."""
    check_one_change(data.draw(st.sampled_from(FILES)), data)


@settings(GENERATE_ONLY, max_examples=20)
@given(text=styled())
def test_a_file_of_any_style_without_a_change_keeps_every_byte(text: str) -> None:
    """Comments, blank lines, line ends, quotes, indentation, byte order mark."""
    assert apply(text, []) == text


@settings(GENERATE_ONLY, max_examples=50)
@given(data=st.data())
def test_one_change_of_a_file_of_any_style_is_just_that_change(data: st.DataObject) -> None:
    """No other line is touched, and no comment is lost."""
    check_one_change(data.draw(styled()), data)


@pytest.mark.heavy
@settings(GENERATE_ONLY, max_examples=200)
@given(data=st.data())
def test_each_of_many_changes_of_files_of_any_style_is_just_that_change(data: st.DataObject) -> None:
    """The same, for longer."""
    check_one_change(data.draw(styled()), data)


def test_whatever_the_loader_takes_can_be_opened(tmp_path: FilePath) -> None:
    """Files from careless, confused and hostile hands among them."""
    opened = 0
    for seed in range(25):
        folder, transforms = sync_folder(Random(seed)).write(tmp_path / str(seed))  # noqa: S311
        try:
            load_sync(folder, transforms_folder=transforms)
        except MappingError:
            continue
        for path in folder.glob("*.yaml"):
            text = path.read_bytes().decode()
            assert apply(text, []) == text
            opened += 1
    assert opened > 0
