"""The file that every program of Airflow imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.ui.conftest import HOST, Ask

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
IMPORTED = """
import sys, importlib, importlib.metadata
import airflow.plugins_manager
before = set(sys.modules)
importlib.import_module({name!r})
ours = ("salesforce_daktela.", "salesforce_daktela_", "fastapi", "jinja2")
print(*sorted(name for name in set(sys.modules) - before if name.startswith(ours)))
"""
NOT_INSTALLED = """
from importlib import metadata
found = metadata.distributions
metadata.distributions = lambda **of: [] if of == {"name": "airflow-salesforce-daktela"} else found(**of)
import salesforce_daktela_plugin
print(salesforce_daktela_plugin.SalesforceDaktelaPlugin.name)
"""


def said(code: str) -> str:
    """The last line of what a Python says that finds our plugins folder, as Airflow's do."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PLUGINS,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_importing_it_imports_no_pages() -> None:
    """The scheduler and each task import it, too."""
    modules = "salesforce_daktela.ui salesforce_daktela.ui.plugin"
    assert said(IMPORTED.format(name="salesforce_daktela.ui.plugin")) == modules


def test_the_file_of_the_plugins_folder_leaves_it_to_the_installed_package() -> None:
    """Airflow would note a second plugin of the same name as an import error."""
    assert said(IMPORTED.format(name="salesforce_daktela_plugin")) == "salesforce_daktela_plugin"


def test_the_file_of_the_plugins_folder_brings_the_pages_where_nothing_is_installed() -> None:
    """As on an Airflow that takes a folder of plugins and no package."""
    assert said(NOT_INSTALLED) == "salesforce_daktela"


def test_airflow_takes_it_as_it_is(ask: Ask) -> None:
    """From the installed package alone, without an import error: an entry in the navigation, and a tab of runs.

    Their addresses are relative, so that they also hold under a path.
    """
    errors = ask("/../api/v2/plugins/importErrors", role="admin").json()
    assert errors["import_errors"] == []
    (found,) = [
        plugin for plugin in ask("/../api/v2/plugins", role="admin").json()["plugins"] if plugin["external_views"]
    ]
    assert found["source"].startswith("airflow-salesforce-daktela==")
    view, tab = found["external_views"]
    assert (view["name"], view["href"], view["destination"]) == ("Daktela", "salesforce-daktela/", "nav")
    assert tab["destination"] == "dag_run"
    assert tab["href"] == "salesforce-daktela/run?dag_id={DAG_ID}&run_id={RUN_ID}"
    assert ask("/").url == f"{HOST}/salesforce-daktela/"
