"""The package as others install it: a wheel in an environment of its own, without this project's files beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from demo.stack import Stack, running_stack, wait_for

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "plugins" / "salesforce_daktela"
UV = Path(sys.executable).with_name("uv")
NOT_SHIPPED = {".po", ".pyc"}
"""Sources of what is shipped, and what Python makes by itself."""

DAG = "salesforce_to_daktela__default"
MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
SECONDS = 400.0

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, as a registry's copy is, so that this one has to be complete, too."""
    folder = tmp_path_factory.mktemp("wheel")
    copied = ("plugins", "pyproject.toml", "README.md", "LICENSE")
    for name in copied:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    run(UV, "build", "--quiet", "--offline", "--no-build-isolation", "--python", sys.executable, folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path) -> Path:
    """The programs of an environment with the wheel, what it asks for at our pins, and nothing of this project."""
    home = wheel.parents[1] / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, home)
    pins = PROJECT / "requirements.txt"
    options = ("--quiet", "--system-certs", "--python", home / "bin" / "python", "--constraints", pins)
    run(UV, "pip", "install", *options, wheel)
    return home / "bin"


@pytest.fixture(scope="module")
def stack(bare: Path, tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow; Airflow's programs come from the bare environment, with a DAG folder of two files."""
    home = tmp_path_factory.mktemp("bare")
    own = home / "own"
    for name in ("dags", "plugins", "config"):
        (own / name).mkdir(parents=True)
    shutil.copytree(PROJECT / "dags", own / "dags", dirs_exist_ok=True)
    changed = {
        "PATH": f"{bare}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(own / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(own / "plugins"),
        "PYTHONPATH": "",
    }
    with running_stack(
        home / "run", PROJECT, size="small", profile="", say=print, changed=changed, database=empty_database
    ) as started:
        wait_for("finding the DAG", lambda: started.airflow.known(f"/dags/{DAG}"), started.processes, 90)
        yield started


def run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    """Modules, templates, styles, scripts, catalogues and what the pages begin a sync with, and nothing else."""
    with zipfile.ZipFile(wheel) as opened:
        packed = {name for name in opened.namelist() if ".dist-info/" not in name}
    source = {
        str(path.relative_to(PACKAGE.parent))
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED and ".egg-info" not in path.parent.name
    }
    assert packed == source


def test_a_whole_run_settles_without_the_project(stack: Stack) -> None:
    """The DAG comes from the installed package, the mappings from a folder; every row is accounted for."""
    stack.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(stack.airflow.runs(DAG)), stack.processes, 60)
    run_id = stack.airflow.runs(DAG)[-1]["dag_run_id"]
    assert stack.airflow.wait(DAG, run_id, SECONDS) == "success"
    reports = [stack.airflow.xcom(DAG, run_id, f"{mapping}.settle", "report") for mapping in MAPPINGS]
    assert all(sum(report["outcomes"].values()) == report["extracted"] > 0 for report in reports)


def test_the_pages_answer_and_are_registered_once(stack: Stack) -> None:
    """From the entry point; texts, styles and the Czech catalogue are those of the wheel."""
    assert stack.airflow.ask("GET", "/plugins/importErrors")["import_errors"] == []
    assert stack.airflow.ask("GET", "/importErrors")["import_errors"] == []
    plugins = stack.airflow.ask("GET", "/plugins")["plugins"]
    (ours,) = [plugin for plugin in plugins if plugin["name"] == "salesforce_daktela"]
    assert ours["source"].startswith("airflow-salesforce-daktela==")
    page = read_page(stack, "/syncs/default/status", "cs")
    assert 'lang="cs"' in page
    assert "default" in page
    assert "font" in read_page(stack, "/static/pages.css", "en")


def read_page(stack: Stack, path: str, language: str) -> str:
    signed_in = {"username": stack.airflow.user, "password": stack.airflow.password}
    token = requests.post(f"{stack.settings.url}/auth/token", json=signed_in, timeout=60).json()["access_token"]
    reply = requests.get(
        f"{stack.settings.url}/salesforce-daktela{path}",
        cookies={"_token": token},
        headers={"Accept-Language": language, "Sec-Fetch-Dest": "iframe"},
        timeout=60,
    )
    assert reply.status_code == 200, reply.text[:500]
    return reply.text
