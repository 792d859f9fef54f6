"""Which folders are syncs, and which names and links in them are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.loader import list_syncs, load_sync
from salesforce_daktela.mapping.problems import MappingError
from tests.mapping.conftest import CONTACTS, SYNC, WriteSync, problems_of


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
        "sync.yaml:1: contacts.yaml is a link to a place outside the mappings folder: replace the link with a copy"
    ]


@pytest.mark.parametrize("name", ["Prodej", "a-b", "x" * 41])
def test_the_name_of_a_sync_becomes_part_of_a_dag_id(tmp_path: Path, name: str) -> None:
    """Folder names are kept to letters that every later use takes."""
    folder = tmp_path / "mappings" / name
    folder.mkdir(parents=True)
    (folder / "sync.yaml").write_text(SYNC)
    (folder / "contacts.yaml").write_text(CONTACTS)
    with pytest.raises(MappingError, match="is not a valid name for a sync's folder"):
        load_sync(folder)


@pytest.mark.parametrize("name", ["users", "preflight"])
def test_a_name_that_lookups_or_tasks_have_is_none_for_a_mapping(tmp_path: Path, name: str) -> None:
    """Airflow would refuse the DAG whose first task is called as the mapping is."""
    folder = tmp_path / "mappings" / "demo"
    folder.mkdir(parents=True)
    (folder / "sync.yaml").write_text(SYNC.replace("contacts", name))
    (folder / f"{name}.yaml").write_text(CONTACTS)
    assert problems_of(folder) == [
        f"sync.yaml:3: mappings: a mapping cannot be named {name}, which stands for something else in "
        f"lookups and tasks: rename {name}.yaml, and write its new name here"
    ]


def test_another_ending_is_named(write_sync: WriteSync) -> None:
    """A .yml file is not passed over in silence."""
    folder = write_sync()
    (folder / "leads.yml").write_text(CONTACTS)
    assert problems_of(folder) == [
        "leads.yml:1: is not read, because names of mapping files end in .yaml: rename it to leads.yaml"
    ]
