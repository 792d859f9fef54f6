"""What the Dockerfile installs, installed without an engine: the product must not need what only the tests bring."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
ASK = """
import importlib, pkgutil, salesforce_daktela
for module in pkgutil.walk_packages(salesforce_daktela.__path__, "salesforce_daktela."):
    importlib.import_module(module.name)
import airflow.providers.celery.executors.celery_executor_utils
from airflow.providers_manager import ProvidersManager
hooks = ProvidersManager().hooks
print({name: hooks[name].hook_class_name for name in ("salesforce", "daktela")})
"""

PLUGINS = """
from airflow.plugins_manager import _get_plugins
plugins, errors = _get_plugins()
print([plugin.name for plugin in plugins if plugin.name == "salesforce_daktela"], errors)
"""

INHERITED = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON"))}

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's /opt/airflow with an environment of its own; what is copied is read off the Dockerfile."""
    folder = tmp_path_factory.mktemp("image")
    for names in re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE):
        for name in names.split():
            source = PROJECT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy(source, folder / name)
    python = folder / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, python)
    pip = (UV, "pip", "install", "--quiet", "--system-certs", "--python", python / "bin" / "python", "--no-deps")
    (builder,) = re.findall(r"^setuptools==.+$", (folder / "requirements-kubernetes.txt").read_text(), re.MULTILINE)
    run(*pip, "-r", folder / "requirements.txt", builder)
    run(*pip, "--no-build-isolation", "-e", folder)
    return folder


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**INHERITED, **environment},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_pins_are_complete_and_agree(image: Path) -> None:
    """They are installed as they are, so nothing else would notice."""
    run(UV, "pip", "check", "--python", image / "python" / "bin" / "python")


def test_every_module_and_both_connection_types_are_there(image: Path, tmp_path: Path) -> None:
    """With the production pins alone."""
    told = run(image / "python" / "bin" / "python", "-W", "ignore", "-c", ASK, AIRFLOW_HOME=str(tmp_path))
    assert "'daktela': 'salesforce_daktela.airflow.hooks.daktela.DaktelaHook'" in told
    assert "'salesforce': 'salesforce_daktela.airflow.hooks.salesforce.SalesforceOrgHook'" in told


def test_every_module_is_compiled_in_it(image: Path) -> None:
    """A pod with one task would compile them again each time: its processes write no compiled files."""
    (arguments,) = re.findall(r"&& python (-m compileall .+?) \\\n", (PROJECT / "Dockerfile").read_text())
    *options, compiled = arguments.split()
    run(image / "python" / "bin" / "python", *options, image / compiled)
    modules = list((image / "plugins" / "salesforce_daktela").rglob("*.py"))
    assert [module for module in modules if not Path(cache_from_source(str(module))).exists()] == []
    assert modules


def test_the_dags_and_the_pages_load_in_it(image: Path, tmp_path: Path) -> None:
    """From the folders that the image's settings name; the pages once, although the package is installed and in one."""
    settings = dict(re.findall(r"(AIRFLOW_\S+)=(\S+)", (PROJECT / "Dockerfile").read_text()))
    placed = {name: value.replace("/opt/airflow", str(image)) for name, value in settings.items()}
    placed["AIRFLOW_HOME"] = str(tmp_path)
    airflow = image / "python" / "bin" / "airflow"
    run(airflow, "db", "migrate", **placed)
    assert "salesforce_to_daktela__default" in run(airflow, "dags", "list", "--local", **placed)
    run(airflow, "dags", "list-import-errors", "--local", **placed)
    told = run(image / "python" / "bin" / "python", "-W", "ignore", "-c", PLUGINS, **placed)
    assert told.splitlines()[-1] == "['salesforce_daktela'] {}"
