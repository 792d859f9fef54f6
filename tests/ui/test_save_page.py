"""The step Save over a real folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Ask
from tests.ui.watched import deploy

SCRIPT = {"Sec-Fetch-Dest": "empty"}
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def keep(server: object) -> Callable[..., int]:  # noqa: ARG001 Airflow is set up
    """Keeps a draft of the person who asks as a user; returns its version."""

    def kept(sync_name: str, *edits: tuple[str, str, str], person: str = "a user", **texts: str | None) -> int:
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        from salesforce_daktela.ui.drafting import open_draft

        opened = open_draft(sync_name, SimpleAuthManagerUser(username=person, role="user"))
        wanted: dict[str, str | None] = {f"{name}.yaml": text for name, text in texts.items()}
        for name, old, new in edits:
            assert old in opened.texts[name]
            wanted[name] = opened.texts[name].replace(old, new)
        return opened.keep(opened.draft.with_texts(wanted)).version

    return kept


def post(ask: Ask, path: str, version: int, role: str = "user") -> Any:
    return ask(path, method="POST", role=role, headers=SCRIPT, json={"version": version})


CHANGE = ("contacts.yaml", "on_delete: keep", "on_delete: delete")


def test_what_was_changed_is_written_and_nothing_else(
    ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]
) -> None:
    """A file by hand keeps its every other byte, and the draft is done."""
    folder = add_sync("sales")
    by_hand = (folder / "contacts.yaml").read_bytes().replace(b"\n", b"\r\n") + b"# \xc4\x8d  \r\n"
    (folder / "contacts.yaml").write_bytes(by_hand)
    others = {path: path.read_bytes() for path in folder.glob("*.yaml") if path.name != "contacts.yaml"}
    version = keep("sales", CHANGE)
    page = ask("/syncs/sales/save", role="user").text
    assert "on_delete: delete" in page
    assert "1 file differs" in page
    assert post(ask, "/syncs/sales/save", version).json()["saved"] == ["contacts.yaml"]
    assert (folder / "contacts.yaml").read_bytes() == by_hand.replace(b"on_delete: keep", b"on_delete: delete")
    assert {path: path.read_bytes() for path in others} == others
    after = ask("/syncs/sales/save", role="user").text
    assert "There is nothing to save" in after
    assert "Waiting for deployment" in after
    assert "Draft, not saved</span>" in after
    assert 'id="unsaved" hidden' in after


def test_saving_asks_airflow_to_read_the_files(
    ask: Ask,
    add_sync: Callable[[str], Path],
    keep: Callable[..., int],
    server: object,  # noqa: ARG001
) -> None:
    """Both DAG files: the one with errors has no DAG that could be asked for."""
    from airflow.models.dagbag import DagPriorityParsingRequest
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    add_sync("sales")
    with create_session() as session:
        session.merge(DagBundleModel(name="dags-folder")).active = True
    post(ask, "/syncs/sales/save", keep("sales", CHANGE))
    with create_session() as session:
        found = set(session.scalars(select(DagPriorityParsingRequest.relative_fileloc)))
        session.execute(delete(DagPriorityParsingRequest))
    assert found == {"salesforce_to_daktela.py", "salesforce_to_daktela_problems.py"}


@pytest.mark.usefixtures("emptied_airflow")
def test_a_draft_is_kept_until_the_dag_is_made_of_what_was_saved(
    ask: Ask,
    add_sync: Callable[[str], Path],
    keep: Callable[..., int],
) -> None:
    """A folder that Airflow's other programs do not see may lose the change again: then it is the draft's again."""
    from salesforce_daktela.ui.drafting import drafts_ledger

    folder = add_sync("sales")
    deploy(folder)
    path = folder / "contacts.yaml"
    before = path.read_text()
    assert post(ask, "/syncs/sales/save", keep("sales", CHANGE)).status_code == 200
    after = path.read_text()
    page = ask("/syncs/sales/save", role="user").text
    assert "There is nothing to save" in page
    assert "Throw the draft away" not in page
    path.write_text(before)
    assert "1 file differs" in ask("/syncs/sales/save", role="user").text
    path.write_text(after)
    assert ask("/syncs/sales/deployment", role="user").json()["state"] == "waiting"
    assert drafts_ledger().drafts.read("a user", "sales") is not None
    deploy(folder)
    assert ask("/syncs/sales/deployment", role="user").json()["state"] == "deployed"
    assert drafts_ledger().drafts.read("a user", "sales") is None


@pytest.mark.usefixtures("emptied_airflow")
def test_a_draft_that_was_deployed_by_other_ways_is_done(
    ask: Ask,
    add_sync: Callable[[str], Path],
    keep: Callable[..., int],
) -> None:
    """From a folder that cannot be written: the step sees it when it is opened. Others' drafts are theirs."""
    from salesforce_daktela.ui.drafting import drafts_ledger

    folder = add_sync("sales")
    keep("sales", CHANGE)
    keep("sales", ("leads.yaml", "on_delete: keep", "on_delete: delete"), person="a admin")
    path = folder / "contacts.yaml"
    path.write_text(path.read_text().replace(*CHANGE[1:]))
    deploy(folder)
    assert "There is nothing to save" in ask("/syncs/sales/save", role="user").text
    assert drafts_ledger().drafts.read("a user", "sales") is None
    assert "1 file differs" in ask("/syncs/sales/save", role="admin").text


@pytest.mark.usefixtures("emptied_airflow")
@pytest.mark.parametrize("page", ["/", "/overview", "/syncs/sales/plan", "/syncs/sales/activate"])
def test_what_was_deployed_is_no_draft_any_more_when_somebody_else_goes_on_from_it(
    page: str, ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]
) -> None:
    """Who saves goes on to other pages before the DAG is made: these see that the draft is done, and not before."""
    from salesforce_daktela.ui.drafting import drafts_ledger

    folder = add_sync("sales")
    deploy(folder)
    post(ask, "/syncs/sales/save", keep("sales", CHANGE))
    ask(page, role="user")
    assert drafts_ledger().drafts.read("a user", "sales") is not None
    deploy(folder)
    ask(page, role="admin")
    assert drafts_ledger().drafts.read("a user", "sales") is not None
    assert ask(page, role="user").status_code == 200
    path = folder / "contacts.yaml"
    path.write_text(path.read_text().replace("reject_above: 1%", "reject_above: 2%"))
    assert "There is nothing to save" in ask("/syncs/sales/save", role="user").text
    document = ask("/syncs/sales/map/contacts/document", role="user", headers=SCRIPT).json()
    assert ["reject_above", "2%"] in document["form"]["settings"]["keys"]
    assert document["unsaved"] is False


@pytest.mark.usefixtures("emptied_airflow")
def test_a_table_that_was_open_when_its_draft_was_done_begins_another(
    ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]
) -> None:
    """Its text is the folder's: nobody has changed it in another window."""
    folder = add_sync("sales")
    deploy(folder)
    post(ask, "/syncs/sales/save", keep("sales", CHANGE))
    address = "/syncs/sales/map/contacts/document"
    document = ask(address, role="user", headers=SCRIPT).json()
    deploy(folder)
    ask("/", role="user")
    document["form"]["settings"]["keys"].append(["reread", "7d"])
    body = {name: document[name] for name in ("version", "file", "form")}
    kept = ask(address, method="PUT", role="user", headers=SCRIPT, json=body)
    assert kept.status_code == 200
    assert (kept.json()["version"], kept.json()["unsaved"]) == (1, True)


def test_a_save_that_a_colleague_goes_on_from_is_no_conflict(
    ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]
) -> None:
    """The person has closed the window at once, so nothing has seen yet that the draft is done."""
    folder = add_sync("sales")
    post(ask, "/syncs/sales/save", keep("sales", CHANGE))
    other = keep("sales", ("contacts.yaml", "[email, lower]", "[email]"), person="a admin")
    assert post(ask, "/syncs/sales/save", other, role="admin").status_code == 200
    page = ask("/syncs/sales/save", role="user").text
    assert "There is nothing to save" in page
    assert "Throw the draft away" not in page
    assert "transforms: [email]}" in (folder / "contacts.yaml").read_text()


def test_a_new_sync_is_made(ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]) -> None:
    """With its folder."""
    shipped = add_sync("sales")
    texts = {path.stem: path.read_text() for path in shipped.glob("*.yaml")}
    version = keep("brand_new", **texts)
    assert "New file" in ask("/syncs/brand_new/save", role="user").text
    assert post(ask, "/syncs/brand_new/save", version).status_code == 200
    assert (shipped.parent / "brand_new" / "sync.yaml").read_text() == texts["sync"]


def test_what_does_not_load_is_not_written(ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]) -> None:
    """Each problem stands with its line and the way to its row; what a file holds is text."""
    folder = add_sync("sales")
    version = keep(
        "sales", ("contacts.yaml", "firstname:", "firstnam:"), ("leads.yaml", "fields:", f'"{HOSTILE}": 1\nfields:')
    )
    page = ask("/syncs/sales/save", role="user").text
    assert "mappings/sales/contacts.yaml:8" in page
    assert 'href="/salesforce-daktela/syncs/sales/map/contacts#field:firstnam"' in page
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    reply = post(ask, "/syncs/sales/save", version)
    assert reply.status_code == 422
    assert "contacts.yaml:8" in reply.json()["detail"]
    assert "firstnam:" not in (folder / "contacts.yaml").read_text()


def test_two_people_at_once(ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]) -> None:
    """The second sees both changes, overwrites nothing, and can put his on top."""
    folder = add_sync("sales")
    version = keep("sales", CHANGE)
    other = keep("sales", ("contacts.yaml", "[email, lower]", "[email]"), person="a admin")
    assert post(ask, "/syncs/sales/save", other, role="admin").status_code == 200
    theirs = (folder / "contacts.yaml").read_bytes()
    assert post(ask, "/syncs/sales/save", version).status_code == 409
    assert (folder / "contacts.yaml").read_bytes() == theirs
    page = ask("/syncs/sales/save", role="user").text
    assert "Somebody else has saved meanwhile" in page
    assert "transforms: [email]}" in page
    assert "on_delete: delete" in page
    merged = post(ask, "/syncs/sales/save/contacts.yaml/together", version)
    assert post(ask, "/syncs/sales/save", merged.json()["version"]).status_code == 200
    assert (folder / "contacts.yaml").read_bytes() == theirs.replace(b"on_delete: keep", b"on_delete: delete")


def test_theirs_can_be_taken(ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]) -> None:
    """Where both have changed one value, the draft's change of this file is given up, that of others stays."""
    folder = add_sync("sales")
    version = keep("sales", CHANGE, ("leads.yaml", "on_delete: keep", "on_delete: delete"))
    path = folder / "contacts.yaml"
    path.write_text(path.read_text().replace("on_delete: keep", "on_delete: mark\nmark: {customFields.state: gone}"))
    crossed = post(ask, "/syncs/sales/save/contacts.yaml/together", version)
    assert crossed.status_code == 422
    assert "on_delete: was changed by both" in crossed.json()["detail"]
    version = post(ask, "/syncs/sales/save/contacts.yaml/theirs", version).json()["version"]
    assert post(ask, "/syncs/sales/save", version).json()["saved"] == ["leads.yaml"]


def test_a_draft_is_thrown_away(ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int]) -> None:
    """Only the one that the page shows."""
    add_sync("sales")
    version = keep("sales", CHANGE)
    assert post(ask, "/syncs/sales/draft/discard", version + 1).status_code == 409
    assert post(ask, "/syncs/sales/draft/discard", version).status_code == 200
    assert "There is nothing to save" in ask("/syncs/sales/save", role="user").text


def test_a_folder_that_cannot_be_written_offers_other_ways(
    ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int], tmp_path: Path
) -> None:
    """A link, as git-sync makes it: the file as it is to be, the patch, and how Airflow's DAG stands."""
    folder = add_sync("sales")
    elsewhere = folder.rename(tmp_path / "include" / "mappings" / ".checkout")
    folder.symlink_to(elsewhere)
    version = keep("sales", CHANGE)
    page = ask("/syncs/sales/save", role="user").text
    assert "This folder cannot be written from here" in page
    assert "is a link to" in page
    assert 'id="save"' not in page
    text = ask("/syncs/sales/save/contacts.yaml/text", role="user")
    assert text.content == (folder / "contacts.yaml").read_bytes().replace(b"on_delete: keep", b"on_delete: delete")
    assert text.headers["content-disposition"] == 'attachment; filename="contacts.yaml"'
    patch = ask("/syncs/sales/save/changes.patch", role="user").text
    assert patch.startswith("--- a/include/mappings/sales/contacts.yaml\n+++ b/include/mappings/sales/contacts.yaml\n")
    assert post(ask, "/syncs/sales/save", version).status_code == 422


def test_a_page_that_waits_is_told_how_the_dag_stands(ask: Ask, add_sync: Callable[[str], Path]) -> None:
    """In the reader's language."""
    add_sync("sales")
    reply = ask("/syncs/sales/deployment", headers={**SCRIPT, "Accept-Language": "cs"}).json()
    assert (reply["state"], reply["label"], reply["problems"]) == ("none", "Čeká na nasazení", [])


def test_a_save_within_the_same_instant_is_no_less_a_conflict(
    ask: Ask, add_sync: Callable[[str], Path], keep: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the page's own look at the folder, and before the files take their places."""
    from salesforce_daktela.steps.setup import save

    folder = add_sync("sales")
    version = keep("sales", CHANGE)
    check = save.check_files

    def slow(*given: Any, **options: Any) -> Any:
        (folder / "contacts.yaml").write_text("# theirs\n")
        return check(*given, **options)

    monkeypatch.setattr(save, "check_files", slow)
    assert post(ask, "/syncs/sales/save", version).status_code == 409
    assert (folder / "contacts.yaml").read_text() == "# theirs\n"
