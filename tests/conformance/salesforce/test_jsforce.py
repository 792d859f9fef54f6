"""jsforce, the Node client, driven as its documentation shows; the script is ``node/salesforce.mjs``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.salesforce.credentials import DEFAULT_CREDENTIALS as KNOWN
from sandbox.testing import Sandbox
from tests.conformance.salesforce.test_simple_salesforce import kept

SCRIPTS = Path(__file__).resolve().parents[1] / "node"

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts beside the packages that their lock file pins."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", ".npmrc", "salesforce.mjs"):
        shutil.copy(SCRIPTS / name, folder / name)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True, timeout=240)
    return folder


@pytest.fixture
def found(installed: Path, sandbox: Sandbox) -> Any:
    """What the script found against the sandbox, small uneven pages on."""
    sandbox.salesforce.switch(page_rows=20, uneven_pages=True)
    given = {
        "url": sandbox.salesforce_url,
        "key": KNOWN.consumer_key,
        "secret": KNOWN.consumer_secret,
        "username": KNOWN.username,
        "password": KNOWN.password,
        "token": KNOWN.security_token,
    }
    done = subprocess.run(
        ["node", "salesforce.mjs", json.dumps(given)],
        cwd=installed,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(sandbox.ca)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)


def test_checks_1_4_6_8_12_17_20_21_25_30_34_to_38(found: Any, sandbox: Sandbox) -> None:
    """Sign-ins, a renewed session, paging, the bin, describe, limits, errors, a Bulk query, in one go."""
    org = sandbox.salesforce
    assert found["soap"] == {"user": org.user_id, "organization": org.id}
    assert "error" in found["soap_retired"]
    assert "INVALID_LOGIN" in json.dumps(found["soap_wrong"])
    assert found["password"] is True
    assert found["client_credentials"] == org.id
    assert sorted(found["query"]) == sorted(kept(sandbox, "Contact"))
    assert sorted(found["scan_all"]) == sorted(kept(sandbox, "Contact", deleted=True))
    assert {"Id", "LastName", "Email"} <= set(found["describe"])
    assert found["limits"]["header"]["limit"] == found["limits"]["told"]["Max"]
    assert found["bad_query"]["error"] == "INVALID_FIELD"
    assert sorted(found["bulk"]) == sorted(kept(sandbox, "Account"))
    assert found["renewed"] == 1
