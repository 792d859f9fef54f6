"""A run goes by the mapping it began with."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.kept_keys import Kind, kept_key
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from salesforce_daktela.steps.run.dag_shape import kept_shape, ran_from, shape_of
from salesforce_daktela.steps.run.mapping_snapshot import (
    MappingSnapshot,
    find_snapshot,
    read_snapshot,
    save_snapshot,
    sweep_snapshots,
)
from tests.steps.run.test_fingerprint import CONTACTS, SYNC

NOW = datetime(2026, 5, 1, tzinfo=UTC)
OWN = """def shout(value: str) -> str:
    if value == "stop":
        raise RuntimeError("on line three")
    return value.upper()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    opened.upgrade()
    return opened


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    sync, transforms = tmp_path / "mappings" / "demo", tmp_path / "transforms"
    sync.mkdir(parents=True)
    transforms.mkdir()
    (sync / "sync.yaml").write_text(SYNC)
    (sync / "contacts.yaml").write_text(CONTACTS)
    (transforms / "own.py").write_text(OWN)
    return sync, transforms


def keep(ledger: Ledger, folders: tuple[Path, Path], *, days_ago: int = 0, name: str = "demo") -> MappingSnapshot:
    spec, snapshot = load_sync(folders[0], transforms_folder=folders[1]), read_snapshot(*folders)
    save_snapshot(ledger, replace(spec, name=name), snapshot, NOW - timedelta(days=days_ago))
    return snapshot


def test_it_is_found_as_it_was(ledger: Ledger, folders: tuple[Path, Path]) -> None:
    """Whatever becomes of the files: the same sync, the same code, and tracebacks with the lines of that code."""
    sync, transforms = folders
    before = load_sync(sync, transforms_folder=transforms)
    snapshot = keep(ledger, folders)
    (sync / "contacts.yaml").write_text("no: mapping\n")
    (sync / "sync.yaml").unlink()
    (transforms / "own.py").write_text("\n" * 9 + "def shout(value: str) -> str:\n    return 'changed'\n")
    shape = kept_shape(ledger, sync)
    assert shape is not None
    assert shape_of(shape) == shape_of(before)
    spec, own = find_snapshot(ledger, "demo", snapshot.version).load(*folders)
    assert spec == before
    shout = own["shout"].make()
    assert shout("ahoj") == "AHOJ"
    with pytest.raises(RuntimeError) as raised:
        shout("stop")
    told = "".join(traceback.format_exception(raised.value))
    assert f'{transforms / "own.py"}", line 3, in shout' in told
    assert 'raise RuntimeError("on line three")' in told
    assert load_project_transforms(transforms)["shout"].make()("ahoj") == "changed"


def test_what_was_changed_in_the_ledger_is_not_run(ledger: Ledger, folders: tuple[Path, Path]) -> None:
    """Its code would run with the workers' rights."""
    snapshot = keep(ledger, folders)
    (folders[1] / "own.py").write_text(OWN + "print('run')\n")
    other = keep(ledger, folders)
    sealed = ledger.cache.read(kept_key(Kind.MAPPING, "demo", other.version))
    assert sealed is not None
    for wrong in (sealed[0], b"", b"no zlib"):
        ledger.cache.keep(kept_key(Kind.MAPPING, "demo", snapshot.version), wrong, NOW)
        with pytest.raises(ConfigurationError, match="has been changed"):
            find_snapshot(ledger, "demo", snapshot.version)


def test_it_goes_when_no_run_has_begun_with_it_for_long(ledger: Ledger, folders: tuple[Path, Path]) -> None:
    """The tasks of younger runs find it; other syncs keep theirs."""
    snapshot = keep(ledger, folders, days_ago=9)
    keep(ledger, folders, days_ago=9, name="demo_2")
    keep(ledger, folders, days_ago=6)
    assert sweep_snapshots(ledger, "demo", before=NOW - timedelta(days=7)) == 0
    assert kept_shape(ledger, folders[0]) is not None
    assert sweep_snapshots(ledger, "demo", before=NOW) == 2
    assert kept_shape(ledger, folders[0]) is None
    with pytest.raises(ConfigurationError, match=r"no longer kept.*clear the run from preflight on"):
        find_snapshot(ledger, "demo", snapshot.version)
    assert find_snapshot(ledger, "demo_2", snapshot.version) == snapshot


def test_syncs_that_have_run_lately_are_known_by_their_folders(ledger: Ledger, folders: tuple[Path, Path]) -> None:
    """Those below the mappings folder that is asked for, whatever else the ledger serves."""
    mappings = folders[0].parent
    keep(ledger, folders, days_ago=9)
    assert ran_from(ledger, [mappings], NOW) == []
    keep(ledger, folders, days_ago=7)
    assert ran_from(ledger, [mappings / "other", mappings], NOW) == [folders[0]]
    assert ran_from(ledger, [mappings / "other"], NOW) == []
