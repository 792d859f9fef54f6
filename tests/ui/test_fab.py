"""The same table of rights under Airflow's other auth manager."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.conftest import PAGES
from tests.ui.test_rights import BODIES, TABLE, WHOM, placed

PROGRAM = Path(__file__).with_name("fab_statuses.py")

pytestmark = pytest.mark.heavy


def test_both_auth_managers_give_the_same_rights(tmp_path: Path, mappings: Path) -> None:
    """Viewer, User, Op and Admin as they are shipped; Public may do nothing."""
    asked = [(method, f"{PAGES}{placed(path)}", BODIES.get((method, path))) for method, path in TABLE]
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path / 'airflow.db'}",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__API_AUTH__JWT_SECRET": "s" * 64,
        "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(mappings),
    }
    done = subprocess.run(
        [sys.executable, str(PROGRAM), json.dumps(asked)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {whom: [row[WHOM.index(whom)] for row in TABLE.values()] for whom in found}
    assert len(found) == 6
