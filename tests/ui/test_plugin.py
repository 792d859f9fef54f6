"""The file that every program of Airflow imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.ui.conftest import HOST, Ask

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
ASK = """
import json, sys
import airflow.plugins_manager
before = set(sys.modules)
import salesforce_daktela_plugin
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_importing_it_imports_nothing() -> None:
    """The scheduler and each task import it, too."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK], cwd=PLUGINS, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == ["salesforce_daktela_plugin"]


def test_airflow_takes_it_as_it_is(ask: Ask) -> None:
    """No import error, one entry in the navigation, a tab of runs, a relative address that also holds under a path."""
    errors = ask("/../api/v2/plugins/importErrors", role="admin").json()
    assert errors["import_errors"] == []
    (found,) = [
        plugin for plugin in ask("/../api/v2/plugins", role="admin").json()["plugins"] if plugin["external_views"]
    ]
    view, tab = found["external_views"]
    assert (view["name"], view["href"], view["destination"]) == ("Daktela", "salesforce-daktela/", "nav")
    assert tab["destination"] == "dag_run"
    assert tab["href"] == "salesforce-daktela/run?dag_id={DAG_ID}&run_id={RUN_ID}"
    assert ask("/").url == f"{HOST}/salesforce-daktela/"
