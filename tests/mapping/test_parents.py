"""Which mappings are handled before which."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from tests.scenarios.scenario_runner import rewrite
from tests.scenarios.test_lookups import TASKS

SHIPPED = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"


def test_every_mapping_that_a_lookup_names_comes_before(tmp_path: Path) -> None:
    """A task may be about a contact or a lead, so it waits for both of them to be planned and compared."""
    folder = tmp_path / "default"
    folder.mkdir()
    for path in SHIPPED.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text())
    (folder / "tasks.yaml").write_text(TASKS)
    rewrite(folder / "sync.yaml", "opportunities]", "opportunities, tasks]")
    spec = load_sync(folder)
    names = [mapping.name for mapping in spec.mappings]
    assert spec.mapping("tasks").parents(names) == ["contacts", "leads"]
    assert spec.mapping("contacts").parents(names) == ["accounts"]
