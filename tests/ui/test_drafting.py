"""A person's draft of a sync, over the folder as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported


def opened(sync: str, *, name: str = "anna", role: str = "user") -> Any:
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from salesforce_daktela.ui.drafting import open_draft

    return open_draft(sync, SimpleAuthManagerUser(username=name, role=role))


def status_of(act: Callable[[], object]) -> int:
    from fastapi import HTTPException

    with pytest.raises(HTTPException) as caught:
        act()
    return caught.value.status_code


def test_a_draft_begins_with_the_folders_files(add_sync: Callable[[str], Path]) -> None:
    """And changes nothing; the sync it makes is the folder's."""
    folder = add_sync("sales")
    draft = opened("sales")
    assert draft.texts == {path.name: path.read_text() for path in sorted(folder.glob("*.yaml"))}
    assert (draft.version, draft.unsaved) == (0, False)
    spec, problems = draft.check()
    assert (spec.name, problems) == ("sales", ())


def test_a_draft_needs_no_folder() -> None:
    """A new sync is a draft until it is saved."""
    draft = opened("brand_new").keep(opened("brand_new").draft.with_text("sync.yaml", "mappings: []\n"))
    assert opened("brand_new").texts == {"sync.yaml": "mappings: []\n"}
    spec, problems = draft.check()
    assert spec is None
    assert problems


def test_a_draft_survives_everything_but_being_thrown_away(add_sync: Callable[[str], Path]) -> None:
    """It is kept in the ledger, for this person alone."""
    add_sync("sales")
    draft = opened("sales")
    kept = draft.keep(draft.draft.with_text("contacts.yaml", "salesforce: Contact\n"))
    assert (kept.version, kept.unsaved) == (1, True)
    assert opened("sales").texts["contacts.yaml"] == "salesforce: Contact\n"
    assert opened("sales").version == 1
    assert not opened("sales", name="ben").unsaved
    kept.discard()
    assert not opened("sales").unsaved


def test_another_window_is_told(add_sync: Callable[[str], Path]) -> None:
    """Neither window's work is lost without a word."""
    add_sync("sales")
    one, two = opened("sales"), opened("sales")
    one.keep(one.draft.with_text("contacts.yaml", "a: 1\n"))
    assert status_of(lambda: two.keep(two.draft.with_text("contacts.yaml", "a: 2\n"))) == 409
    assert status_of(lambda: opened("sales").seen(0)) == 409
    assert opened("sales").seen(1).version == 1


def test_what_another_window_keeps_while_a_draft_is_saved_is_not_thrown_away(add_sync: Callable[[str], Path]) -> None:
    """The files are written then: the rest is saved next."""
    folder = add_sync("sales")
    saving = opened("sales").keep(opened("sales").draft.with_text("contacts.yaml", "a: 1\n"))
    saving.keep(saving.draft.with_text("leads.yaml", "a: 2\n"))
    (folder / "contacts.yaml").write_text("a: 1\n")
    assert status_of(saving.discard) == 409
    assert opened("sales").draft.changed == ("leads.yaml",)


def test_what_somebody_saved_meanwhile_shows_where_it_does_not_cross(add_sync: Callable[[str], Path]) -> None:
    """The file that both changed keeps the person's text, and the text it was made from."""
    folder = add_sync("sales")
    before = (folder / "contacts.yaml").read_text()
    draft = opened("sales")
    draft.keep(draft.draft.with_text("contacts.yaml", "a: 1\n"))
    (folder / "contacts.yaml").write_text("a: 2\n")
    (folder / "leads.yaml").write_text("a: 3\n")
    again = opened("sales")
    assert (again.texts["contacts.yaml"], again.texts["leads.yaml"]) == ("a: 1\n", "a: 3\n")
    assert again.draft.files["contacts.yaml"].base == before


@pytest.mark.parametrize(
    ("sync", "role", "status"), [("sales", "viewer", 403), ("..", "admin", 404), ("Sales", "admin", 404)]
)
def test_only_those_who_may_edit_the_dag_have_a_draft(sync: str, role: str, status: int) -> None:
    """And a name that no sync can have is no place in the file system."""
    assert status_of(lambda: opened(sync, role=role)) == status
