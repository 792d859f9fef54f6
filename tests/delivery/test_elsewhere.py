"""The commands of docs/deploy.md for machines without containers, carried out in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COPIED = ("config", "dags", "include", "plugins", "pyproject.toml", "README.md", "LICENSE", "requirements.txt")
INHERITED = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHON", "VIRTUAL"))}
ASK = """
airflow dags list --local --output plain
python - <<'PYTHON'
from airflow.providers_manager import ProvidersManager
hooks = ProvidersManager().hooks
for name in ("salesforce", "daktela"):
    print("type", name, hooks[name].hook_class_name)
from airflow.plugins_manager import _get_plugins
plugins, errors = _get_plugins()
print("pages", [plugin.name for plugin in plugins if plugin.name == "salesforce_daktela"], errors)
PYTHON
"""

pytestmark = [pytest.mark.install, pytest.mark.timeout(1200)]


def commands() -> str:
    """The lines of the block up to ``airflow db migrate``: the next one would not end."""
    page = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    block = re.search(r"^Elsewhere, .*?^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert block is not None
    upto, migrate, rest = block[1].partition("airflow db migrate\n")
    assert (migrate != "", rest.startswith("airflow standalone")) == (True, True)
    return upto + migrate


def test_the_commands_for_elsewhere_make_the_dags_and_both_connection_types(tmp_path: Path) -> None:
    """Nothing but the place of AIRFLOW_HOME is changed. Python compiles what it imports, not pip all 200 packages."""
    copy, tools, home = tmp_path / "project", tmp_path / "tools", tmp_path / "airflow"
    copy.mkdir()
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, copy / name)
    tools.mkdir()
    (tools / "python3.11").symlink_to(Path(sys.base_prefix) / "bin" / "python3.11")
    told = commands()
    assert told.count("export AIRFLOW_HOME=/opt/airflow\n") == 1
    script = told.replace("export AIRFLOW_HOME=/opt/airflow\n", f"export AIRFLOW_HOME='{home}'\n") + ASK
    done = subprocess.run(
        ["/bin/bash", "-e", "-o", "pipefail", "-c", script],
        cwd=copy,
        env={**INHERITED, "PATH": f"{tools}:{os.environ['PATH']}", "PIP_NO_COMPILE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    for dag in ("salesforce_to_daktela__default", "reconcile__default", "plan__default"):
        assert dag in done.stdout
    assert "\npages ['salesforce_daktela'] {}\n" in done.stdout
    for name, hook in (("salesforce", "SalesforceOrgHook"), ("daktela", "DaktelaHook")):
        assert re.search(rf"^type {name} salesforce_daktela\..*\.{hook}$", done.stdout, re.MULTILINE)
