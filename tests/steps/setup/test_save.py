"""Mapping files are saved when they load and are what was seen, and told about when they cannot be."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.editing.applying import apply
from salesforce_daktela.mapping.editing.document import from_document, to_document
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.steps.setup.folder import UnwritableError, read_file, why_unwritable
from salesforce_daktela.steps.setup.save import ConflictError, FileChange, save_file, save_files

SYNC = "mappings: [contacts]\n"
CONTACTS = """\
salesforce: Contact
daktela: contacts
key: "sf_contact_{Id}"
fields: {title: Name, lastname: LastName}
"""
ACCOUNTS = 'salesforce: Account\ndaktela: accounts\nkey: "a_{Id}"\nfields: {title: Name}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sync of one mapping."""
    found = tmp_path / "mappings" / "demo"
    found.mkdir(parents=True)
    (found / "sync.yaml").write_text(SYNC)
    (found / "contacts.yaml").write_text(CONTACTS)
    return found


def digest(folder: Path, name: str) -> str:
    """The digest of a file as a page has it."""
    present = read_file(folder, name)
    assert present is not None
    return present.digest


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_saved_as_it_is_given(folder: Path) -> None:
    """Byte for byte, with nothing left beside it; the sync that it makes is told."""
    text = "\ufeff" + CONTACTS.replace("Name,", "FirstName,  # č\r\n")
    spec = save_file(folder, "contacts.yaml", text, digest(folder, "contacts.yaml"))
    assert (folder / "contacts.yaml").read_bytes() == text.encode()
    assert names(folder) == ["contacts.yaml", "sync.yaml"]
    assert (spec.name, spec.folder, spec.mappings[0].paths()[1]) == ("demo", str(folder), "FirstName")


def test_a_field_changed_in_a_form_changes_its_line_on_disk(folder: Path) -> None:
    """From the file to the page and back."""
    text = CONTACTS.split("fields")[0] + "fields:  # by hand\r\n   title: Name  # a name\r\n   lastname: LastName"
    (folder / "contacts.yaml").write_bytes(text.encode())
    seen = read_file(folder, "contacts.yaml")
    assert seen is not None
    sent = json.loads(json.dumps(to_document(read_form(seen.text))))
    sent["rows"][0]["rule"]["keys"].append(["default", "?"])
    after = apply(seen.text, changes(seen.text, from_document(sent)))
    save_file(folder, "contacts.yaml", after, seen.digest)
    expected = text.replace("title: Name", 'title: {from: Name, default: "?"}')
    assert (folder / "contacts.yaml").read_bytes() == expected.encode()


def test_mode_and_owner_stay(folder: Path) -> None:
    """A new file gets those of sync.yaml."""
    (folder / "contacts.yaml").chmod(0o640)
    (folder / "sync.yaml").chmod(0o664)
    save_file(folder, "contacts.yaml", f"# new\n{CONTACTS}", digest(folder, "contacts.yaml"))
    save_files(folder, [
        FileChange(name="accounts.yaml", text=ACCOUNTS, seen=None),
        FileChange(name="sync.yaml", text="mappings: [accounts, contacts]\n", seen=digest(folder, "sync.yaml")),
    ])  # fmt: skip
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"contacts.yaml": 0o640, "sync.yaml": 0o664, "accounts.yaml": 0o664}


def test_a_mapping_comes_and_goes_with_its_line_in_the_list(folder: Path) -> None:
    """Files that need each other are saved together."""
    listed = "mappings: [accounts, contacts]\n"
    with pytest.raises(MappingError, match=r"mappings/demo/sync\.yaml:1: mappings: accounts\.yaml is not listed"):
        save_file(folder, "accounts.yaml", ACCOUNTS, None)
    save_files(folder, [
        FileChange(name="sync.yaml", text=listed, seen=digest(folder, "sync.yaml")),
        FileChange(name="accounts.yaml", text=ACCOUNTS, seen=None),
    ])  # fmt: skip
    save_files(folder, [
        FileChange(name="accounts.yaml", text=None, seen=digest(folder, "accounts.yaml")),
        FileChange(name="sync.yaml", text=SYNC, seen=digest(folder, "sync.yaml")),
    ])  # fmt: skip
    assert names(folder) == ["contacts.yaml", "sync.yaml"]


def test_a_new_sync_gets_its_folder(folder: Path) -> None:
    """With its first files."""
    new = folder.parent / "other"
    save_files(new, [
        FileChange(name="sync.yaml", text=SYNC, seen=None), FileChange(name="contacts.yaml", text=CONTACTS, seen=None)
    ])  # fmt: skip
    assert names(new) == ["contacts.yaml", "sync.yaml"]


def test_what_does_not_load_is_not_saved(folder: Path) -> None:
    """All problems are told, each at its line and path."""
    text = CONTACTS.replace("title:", "titel:").replace("daktela: contacts", "daktela: contacs")
    with pytest.raises(MappingError) as caught:
        save_file(folder, "contacts.yaml", f"{text}on_delete: maybe\n", digest(folder, "contacts.yaml"))
    found = [(str(problem.position), problem.path) for problem in caught.value.problems]
    assert found == [("mappings/demo/contacts.yaml:2", "daktela"), ("mappings/demo/contacts.yaml:5", "on_delete")]
    assert (folder / "contacts.yaml").read_text() == CONTACTS
    assert names(folder) == ["contacts.yaml", "sync.yaml"]


@pytest.mark.parametrize("now", ["# theirs\n" + CONTACTS, None])
def test_a_file_that_somebody_else_saved_is_not_overwritten(folder: Path, now: str | None) -> None:
    """What stands there now is told, so that both can be compared."""
    seen = digest(folder, "contacts.yaml")
    (folder / "contacts.yaml").unlink()
    if now is not None:
        (folder / "contacts.yaml").write_text(now)
    with pytest.raises(ConflictError, match=r"contacts\.yaml: was (changed|deleted)") as caught:
        save_file(folder, "contacts.yaml", f"# mine\n{CONTACTS}", seen)
    assert (caught.value.present and caught.value.present.text) == now
    assert caught.value.name == "contacts.yaml"


def test_a_new_file_does_not_replace_one_that_came_meanwhile(folder: Path) -> None:
    """Nobody has seen it."""
    with pytest.raises(ConflictError):
        save_file(folder, "contacts.yaml", CONTACTS, None)


def test_of_two_who_save_at_once_one_is_told(folder: Path) -> None:
    """And the other's text stands whole."""
    seen = digest(folder, "contacts.yaml")

    def save(number: int) -> str | None:
        try:
            save_file(folder, "contacts.yaml", f"# by {number}\n{CONTACTS}", seen)
        except ConflictError:
            return None
        return f"# by {number}\n{CONTACTS}"

    with ThreadPoolExecutor(4) as pool:
        saved = [text for text in pool.map(save, range(4)) if text is not None]
    assert saved == [(folder / "contacts.yaml").read_text()]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EROFS, "is mounted read-only: mount the folder so that Airflow's API server may write to it"),
        (errno.EACCES, "may not be written by the user that runs Airflow"),
        (errno.ENOSPC, "has no room left on its disk"),
        (errno.EIO, r"cannot be written \(Input/output error\)"),
    ],
)
def test_a_folder_that_cannot_be_written_says_why_and_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    """Found by trying."""

    def refuse(prefix: str, dir: Path) -> None:  # noqa: ARG001
        raise OSError(number, os.strerror(number))

    assert why_unwritable(folder) is None
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(UnwritableError, match=message):
        save_file(folder, "contacts.yaml", f"# new\n{CONTACTS}", digest(folder, "contacts.yaml"))
    assert why_unwritable(folder) is not None
    assert (folder / "contacts.yaml").read_text() == CONTACTS


def test_a_folder_is_tried_without_a_trace(folder: Path) -> None:
    """Also one that is not there yet."""
    assert why_unwritable(folder) is None
    assert why_unwritable(folder.parent / "other") is None
    assert (names(folder), names(folder.parent)) == (["contacts.yaml", "sync.yaml"], ["demo"])


def test_a_file_that_is_a_link_is_not_replaced_by_a_file(folder: Path) -> None:
    """A ConfigMap would put its link back."""
    hidden = folder / "..data"
    hidden.mkdir()
    (folder / "contacts.yaml").rename(hidden / "contacts.yaml")
    (folder / "contacts.yaml").symlink_to("..data/contacts.yaml")
    with pytest.raises(UnwritableError, match=r"is a link to \.\.data/contacts\.yaml: download the file"):
        save_file(folder, "contacts.yaml", CONTACTS, digest(folder, "contacts.yaml"))
    assert (folder / "contacts.yaml").is_symlink()


def test_a_tree_that_git_sync_keeps_is_not_written(tmp_path: Path, folder: Path) -> None:
    """It would be replaced by the next commit."""
    (tmp_path / ".commits").mkdir()
    folder.parent.rename(tmp_path / ".commits" / "mappings")
    (tmp_path / "current").symlink_to(tmp_path / ".commits")
    behind = tmp_path / "current" / "mappings" / "demo"
    with pytest.raises(UnwritableError, match=r"through a link to the hidden folder \.commits"):
        save_file(behind, "contacts.yaml", CONTACTS, digest(behind, "contacts.yaml"))
    assert ".commits" in str(why_unwritable(behind))


@pytest.mark.parametrize(
    "name", ["../x.yaml", "users.yaml", "preflight.yaml", "x.yml", ".yaml", "x", "a/b.yaml", "X.yaml", "x.yaml\n"]
)
def test_only_names_of_mapping_files_are_taken(folder: Path, name: str) -> None:
    """Nothing outside the folder can be meant."""
    with pytest.raises(ConfigurationError, match="is no name of a mapping file"):
        save_file(folder, name, CONTACTS, None)
    with pytest.raises(ConfigurationError, match="is no name of a mapping file"):
        read_file(folder, name)


def test_a_file_that_is_no_text_is_not_opened(folder: Path) -> None:
    """The reader would refuse it as well."""
    (folder / "contacts.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"contacts\.yaml: cannot be read \(UnicodeDecodeError\)"):
        read_file(folder, "contacts.yaml")
    assert read_file(folder, "leads.yaml") is None
