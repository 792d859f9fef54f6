"""Copy a sync, rename or delete what it has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.steps.preflight.schema_lock import LOCK, lock_document, read_lock
from salesforce_daktela.steps.setup.folder import read_companions, read_files
from tests.ui.conftest import Ask

SCRIPT = {"Sec-Fetch-Dest": "empty"}


@pytest.fixture
def post(ask: Ask) -> Callable[..., Any]:
    """Sends a decision about the sync ``sales`` as a user, whose draft has the version 0."""

    def sent(path: str, **body: Any) -> Any:
        wanted = {"version": 0, **body}
        return ask(f"/syncs/sales/manage{path}", method="POST", role="user", headers=SCRIPT, json=wanted)

    return sent


def test_the_page_says_what_follows(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """Before anything is done; a mapping that others look up cannot be deleted."""
    add_sync("sales")
    page = ask("/syncs/sales/manage", role="user").text
    for said in (
        "adopts what it finds in Daktela",
        "stay in Daktela, and no run touches them",
        "salesforce-daktela ledger reset sales",
        "salesforce-daktela reconcile sales --repair",
        "Other mappings look its records up:",
        "contacts: account",
        "sf_account_{Id}",
    ):
        assert said in page


def test_objects_in_daktela_are_counted(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """As the ledger knows them."""
    from salesforce_daktela.ui.drafting import drafts_ledger
    from tests.ledger.examples import entry

    add_sync("sales")
    drafts_ledger().records.accept("sales", "contacts", [entry()])
    page = ask("/syncs/sales/manage", role="user").text
    assert page.count("1 object in Daktela") == 2  # of the mapping, and of the sync
    assert "0 objects in Daktela" in page


def test_a_copy_is_a_draft_of_another_sync(ask: Ask, add_sync: Callable[[str], Path], post: Callable[..., Any]) -> None:
    """Every file to the byte; the folder is made by saving it."""
    folder = add_sync("sales")
    for _ in ("first", "after an answer that was lost"):
        assert post("/copy", name="sales_copy").json() == {"address": "/salesforce-daktela/syncs/sales_copy/save"}
    assert not (folder.parent / "sales_copy").exists()
    saved = ask("/syncs/sales_copy/save", method="POST", role="user", headers=SCRIPT, json={"version": 1})
    assert saved.status_code == 200
    copied = {name: file.text for name, file in read_files(folder.parent / "sales_copy").items()}
    assert copied == {name: file.text for name, file in read_files(folder).items()}


@pytest.mark.parametrize(("name", "status"), [("sales", 409), ("service", 409), ("../x", 404), ("", 404), ("A b", 404)])
def test_a_copy_needs_a_name_of_its_own(
    name: str, status: int, add_sync: Callable[[str], Path], post: Callable[..., Any]
) -> None:
    """That a sync can have."""
    add_sync("sales")
    add_sync("service")
    assert post("/copy", name=name).status_code == status


def test_a_mapping_is_renamed_in_the_draft(ask: Ask, add_sync: Callable[[str], Path], post: Callable[..., Any]) -> None:
    """The next page shows the files that change; the folder waits for the save."""
    folder = add_sync("sales")
    assert post("/mappings/accounts/rename", name="companies").json()["address"].endswith("/syncs/sales/save")
    assert (folder / "accounts.yaml").exists()
    page = ask("/syncs/sales/save", role="user").text
    assert "companies.yaml" in page
    assert "lookup: companies" in page
    saved = ask("/syncs/sales/save", method="POST", role="user", headers=SCRIPT, json={"version": 1})
    assert saved.status_code == 200
    assert not (folder / "accounts.yaml").exists()


@pytest.mark.parametrize(
    ("path", "name", "said"),
    [
        ("/mappings/accounts/rename", "contacts", "there is such a mapping already"),
        ("/mappings/accounts/rename", "users", "is no name of a mapping file"),
        ("/mappings/accounts/delete", "", "refer to its records: contacts: account"),
        ("/mappings/nothing/delete", "", "there is no such mapping"),
    ],
)
def test_what_cannot_be_done_says_why(
    path: str, name: str, said: str, add_sync: Callable[[str], Path], post: Callable[..., Any]
) -> None:
    """The draft stays as it is."""
    add_sync("sales")
    reply = post(path, name=name)
    assert reply.status_code == 422
    assert said in reply.json()["detail"]


@pytest.fixture
def locked(add_sync: Callable[[str], Path]) -> Path:
    """The sync ``sales`` with its tests and a lock file."""
    folder = add_sync("sales")
    seen = {"salesforce": {"of": "Account", "fields": {}}}
    (folder / LOCK).write_text(lock_document({"version": 1, "mappings": {"accounts": seen, "leads": seen}}))
    return folder


def saved(ask: Ask, sync: str, version: int) -> list[str]:
    reply = ask(f"/syncs/{sync}/save", method="POST", role="user", headers=SCRIPT, json={"version": version})
    assert reply.status_code == 200, reply.text
    names: list[str] = reply.json()["saved"]
    return names


def test_a_copy_takes_tests_and_lock_file_along(ask: Ask, locked: Path, post: Callable[..., Any]) -> None:
    """To the byte; they are saved with the other files."""
    for _ in ("first", "after an answer that was lost"):
        assert post("/copy", name="other").status_code == 200
    assert "tests/contacts.yaml" in ask("/syncs/other/save", role="user").text
    saved(ask, "other", 1)
    assert len(read_companions(locked)) == 5
    assert read_companions(locked.parent / "other") == read_companions(locked)


def test_a_renamed_mapping_takes_its_tests_along(ask: Ask, locked: Path, post: Callable[..., Any]) -> None:
    """And its part of the lock file. A step back brings both back, one forth takes them again."""
    post("/mappings/accounts/rename", name="firms")
    for version, step in ((1, "undo"), (2, "redo")):
        ask(f"/syncs/sales/{step}", method="POST", role="user", headers=SCRIPT, json={"version": version})
        assert ("tests/firms.yaml" in ask("/syncs/sales/save", role="user").text) == (step == "redo")
    text = (locked / "tests" / "accounts.yaml").read_text()
    assert ask("/syncs/sales/save/tests/firms.yaml/text", role="user").text == text
    assert "+++ b/include/mappings/sales/tests/firms.yaml" in ask("/syncs/sales/save/changes.patch", role="user").text
    assert {"tests/accounts.yaml", "tests/firms.yaml", LOCK} <= set(saved(ask, "sales", 3))
    assert (locked / "tests" / "firms.yaml").read_text() == text
    assert not (locked / "tests" / "accounts.yaml").exists()
    assert set(read_lock(locked)) == {"firms", "leads"}


def test_tests_that_somebody_else_has_changed_are_not_overwritten(
    ask: Ask, locked: Path, post: Callable[..., Any]
) -> None:
    """Theirs can be taken; the two are not put together."""
    post("/mappings/accounts/rename", name="firms")
    theirs = "tests: []  # theirs\n"
    (locked / "tests" / "accounts.yaml").write_text(theirs)
    refused = ask("/syncs/sales/save", method="POST", role="user", headers=SCRIPT, json={"version": 1})
    assert refused.status_code == 409
    path = "/syncs/sales/save/tests/accounts.yaml"
    both = ask(f"{path}/together", method="POST", role="user", headers=SCRIPT, json={"version": 1})
    assert both.status_code == 422
    taken = ask(f"{path}/theirs", method="POST", role="user", headers=SCRIPT, json={"version": 1}).json()
    saved(ask, "sales", taken["version"])
    assert (locked / "tests" / "accounts.yaml").read_text() == theirs


@pytest.mark.parametrize("way", ["manage/mappings/leads/delete", "objects/remove"])
def test_a_mapping_that_goes_takes_its_tests_along(ask: Ask, locked: Path, way: str) -> None:
    """Deleted or taken out; and its part of the lock file."""
    wanted = {"version": 0, "mapping": "leads"}
    assert ask(f"/syncs/sales/{way}", method="POST", role="user", headers=SCRIPT, json=wanted).status_code == 200
    saved(ask, "sales", 1)
    left = sorted(path.name for path in (locked / "tests").iterdir())
    assert left == ["accounts.yaml", "contacts.yaml", "opportunities.yaml"]
    assert set(read_lock(locked)) == {"accounts"}


def test_a_mapping_is_deleted_in_the_draft(ask: Ask, add_sync: Callable[[str], Path], post: Callable[..., Any]) -> None:
    """Its file and its line in the list."""
    add_sync("sales")
    assert post("/mappings/leads/delete").status_code == 200
    page = ask("/syncs/sales/save", role="user").text
    assert "Will be deleted" in page
    assert "leads.yaml" in page


def test_a_sync_is_deleted_by_who_types_its_name(
    ask: Ask, add_sync: Callable[[str], Path], post: Callable[..., Any]
) -> None:
    """As it was seen: what somebody else has changed meanwhile stays."""
    folder = add_sync("sales")
    seen = {name: file.digest for name, file in read_files(folder).items()}
    assert post("/delete", name="sale", seen=seen).status_code == 422
    path = folder / "leads.yaml"
    before = path.read_text()
    path.write_text("# theirs\n")
    assert post("/delete", name="sales", seen=seen).status_code == 409
    assert folder.is_dir()
    path.write_text(before)
    assert post("/delete", name="sales", seen=seen).json() == {"address": "/salesforce-daktela/"}
    assert not folder.exists()
    assert "There is no sync yet" in ask("/", role="user").text


def test_a_sync_that_is_a_draft_alone_goes_with_it(
    ask: Ask, add_sync: Callable[[str], Path], post: Callable[..., Any]
) -> None:
    """There is no folder."""
    add_sync("sales")
    post("/copy", name="other")
    gone = ask(
        "/syncs/other/manage/delete", method="POST", role="user", headers=SCRIPT, json={"version": 1, "name": "other"}
    )
    assert gone.status_code == 200
    assert "/syncs/other/" not in ask("/", role="user").text
