"""What a person has changed and not saved yet."""

from __future__ import annotations

import pytest

from salesforce_daktela.steps.setup import draft as module
from salesforce_daktela.steps.setup.draft import Draft, begin_draft, draft_document, draft_of

FOLDER = {"sync.yaml": "mappings: [contacts]\n", "contacts.yaml": "a: 1\n"}
MAPPING = """\
salesforce: Contact
daktela: contacts
key: "sf_{Id}"
fields:
  title: {from: Name, transforms: [trim]}
  lastname: LastName
on_delete: keep
reject_above: 1%
"""


@pytest.fixture
def draft() -> Draft:
    return begin_draft(FOLDER)


def test_a_new_draft_changes_nothing(draft: Draft) -> None:
    """There is nothing to save, and no way back."""
    assert draft.texts == FOLDER
    assert (draft.changed, draft.changes(), draft.can_undo, draft.can_redo) == ((), [], False, False)


def test_steps_go_back_and_forth_over_several_files(draft: Draft) -> None:
    """One step may change several files, add and take out."""
    first = draft.with_text("contacts.yaml", "a: 2\n")
    second = first.with_texts({"leads.yaml": "b: 1\n", "contacts.yaml": None})
    assert second.texts == {"sync.yaml": FOLDER["sync.yaml"], "leads.yaml": "b: 1\n"}
    assert second.changed == ("contacts.yaml", "leads.yaml")
    assert second.undo().texts == first.texts
    assert second.undo().undo().texts == FOLDER
    assert second.undo().undo().undo().texts == FOLDER
    assert second.undo().undo().redo().redo().texts == second.texts
    assert not second.undo().with_text("contacts.yaml", "a: 3\n").can_redo
    assert second.undo().with_text("contacts.yaml", "a: 2\n").can_redo, "no change is no step"


def test_what_is_saved_names_the_text_it_was_made_from(draft: Draft) -> None:
    """A deleted file and a new one, too."""
    changes = draft.with_texts({"leads.yaml": "b: 1\n", "contacts.yaml": None}).changes()
    assert [(change.name, change.text, change.seen is None) for change in changes] == [
        ("contacts.yaml", None, False),
        ("leads.yaml", "b: 1\n", True),
    ]


def test_a_draft_comes_back_from_its_document(draft: Draft) -> None:
    """With the way back and forth."""
    changed = draft.with_text("contacts.yaml", "a: 2\n").with_text("leads.yaml", "ž: 1\r\n").undo()
    assert draft_of(draft_document(changed)) == changed


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"format": 99}'])
def test_other_documents_are_refused(document: str) -> None:
    """By the error that the caller foresees."""
    with pytest.raises(ValueError, match=r"format|Expecting value"):
        draft_of(document)


def test_files_that_the_person_left_alone_are_the_folders(draft: Draft) -> None:
    """What somebody else saved shows at once where nothing of one's own is lost."""
    mine = draft.with_text("contacts.yaml", "a: 2\n")
    over = mine.over({**FOLDER, "sync.yaml": "mappings: [contacts, leads]\n", "leads.yaml": "b: 1\n"})
    assert over.texts == {
        "contacts.yaml": "a: 2\n",
        "leads.yaml": "b: 1\n",
        "sync.yaml": "mappings: [contacts, leads]\n",
    }
    assert over.changed == ("contacts.yaml",)
    assert over.can_undo
    assert mine.over({"contacts.yaml": "a: 1\n"}).texts == {"contacts.yaml": "a: 2\n"}


def test_a_file_that_both_changed_keeps_what_it_was_made_from(draft: Draft) -> None:
    """So that saving tells of the conflict."""
    mine = draft.with_text("contacts.yaml", "a: 2\n").over({**FOLDER, "contacts.yaml": "a: 3\n"})
    assert mine.texts["contacts.yaml"] == "a: 2\n"
    assert mine.files["contacts.yaml"].base == "a: 1\n"


def test_steps_do_not_go_back_over_what_somebody_else_saved(draft: Draft) -> None:
    """They would bring a text that was made from another file."""
    undone = draft.with_text("contacts.yaml", "a: 2\n").undo()
    over = undone.over({**FOLDER, "contacts.yaml": "a: 3\n"})
    assert (over.can_redo, over.texts["contacts.yaml"]) == (False, "a: 3\n")


def test_after_a_save_the_draft_changes_nothing_and_knows_the_way_back(draft: Draft) -> None:
    """Going back then is a change to save."""
    mine = draft.with_text("contacts.yaml", "a: 2\n").over({**FOLDER, "contacts.yaml": "a: 2\n"})
    assert mine.changed == ()
    assert mine.undo().changed == ("contacts.yaml",)
    assert mine.undo().texts == FOLDER


def test_the_way_back_is_bounded(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """By steps and by their length; the newest stay."""
    monkeypatch.setattr(module, "MOST_STEPS", 3)
    for number in range(2, 9):
        draft = draft.with_text("contacts.yaml", f"a: {number}\n")
    assert len(draft.past) == 3
    assert draft.undo().texts["contacts.yaml"] == "a: 7\n"
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    assert len(draft.with_text("contacts.yaml", "a: 9\n").past) == 2


def test_what_was_saved_comes_back_where_the_folder_loses_it(draft: Draft) -> None:
    """A pod has a folder of its own, which ends with it. Until then there is nothing to save, and no way back."""
    changed = draft.with_text("contacts.yaml", "a: 2\n").with_texts({"leads.yaml": "b: 1\n"})
    new = changed.texts
    kept = draft_of(draft_document(changed.saved())).over(new)
    assert (kept.changed, kept.can_undo, set(kept.landed)) == ((), False, {"contacts.yaml", "leads.yaml"})
    again = draft_of(draft_document(kept)).over(FOLDER)
    assert again.changed == ("contacts.yaml", "leads.yaml")
    assert again.texts == new


def test_what_was_changed_after_the_save_is_a_conflict_where_the_folder_loses_it(draft: Draft) -> None:
    """And a deletion that was saved is one again."""
    saved = draft.with_texts({"contacts.yaml": "a: 2\n", "sync.yaml": None}).saved().over({"contacts.yaml": "a: 2\n"})
    further = draft_of(draft_document(saved.with_text("contacts.yaml", "a: 3\n"))).over(FOLDER)
    assert further.changed == ("contacts.yaml", "sync.yaml")
    assert (further.files["contacts.yaml"].base, further.files["sync.yaml"].text) == ("a: 2\n", None)


def test_what_somebody_else_has_taken_is_no_longer_kept(draft: Draft) -> None:
    """One file of a draft is begun anew from the folder; the others stay."""
    saved = draft.with_texts({"contacts.yaml": "a: 2\n", "leads.yaml": "b: 1\n"}).saved()
    kept = saved.over(saved.texts).settled("leads.yaml", "b: 1\n", "b: 1\n")
    assert set(kept.landed) == {"contacts.yaml"}


def kept_after_a_save(base: str | None, mine: str | None, name: str = "contacts.yaml") -> Draft:
    """The draft as the ledger has it, of a person who has saved and gone."""
    draft = begin_draft({} if base is None else {name: base}).with_text(name, mine)
    return draft_of(draft_document(draft.saved()))


def test_what_somebody_else_makes_of_a_save_is_no_conflict() -> None:
    """The person's own change is in it, whichever was theirs: to a file, a new file, a file that goes."""
    base, mine = MAPPING, MAPPING.replace("on_delete: keep", "on_delete: delete")
    for draft, now in (
        (kept_after_a_save(base, mine), mine.replace("trim", "collapse")),
        (kept_after_a_save(None, mine), mine.replace("trim", "collapse")),
        (kept_after_a_save(base, None), base.replace("trim", "collapse")),
        (kept_after_a_save("{}", '{"a": 1}', "schema.lock.json"), '{"a": 2}'),
    ):
        (name,) = draft.files
        over = draft.over({name: now})
        assert (over.changed, over.files[name].text, set(over.landed)) == ((), now, {name})


def test_a_save_that_the_folder_has_lost_is_no_less_one_when_somebody_changes_the_file() -> None:
    """The change is not in it; nor is one that was never saved taken for done."""
    base, mine = MAPPING, MAPPING.replace("on_delete: keep", "on_delete: delete")
    theirs = base.replace("trim", "collapse")
    saved = kept_after_a_save(base, mine)
    assert saved.over({"contacts.yaml": theirs}).changed == ("contacts.yaml",)
    assert saved.over({"contacts.yaml": base}).changed == ("contacts.yaml",)
    further = saved.over({"contacts.yaml": mine}).with_text("contacts.yaml", mine.replace("1%", "2%"))
    assert further.over({"contacts.yaml": mine.replace("trim", "collapse")}).changed == ("contacts.yaml",)
    new = begin_draft({}).with_text("contacts.yaml", mine)
    assert new.over({"contacts.yaml": theirs}).changed == ("contacts.yaml",)
