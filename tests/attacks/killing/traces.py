"""Personal values of the org's people, and where they must not be: logs, XCom, Airflow's database, the ledger."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.attacks.killing.deployment import Deployment
from tests.postgresql import binaries

SHORTEST = 8
"""Characters of a value that nobody writes by chance."""


def leaked(deployment: Deployment) -> list[str]:
    """Where a personal value stands that must not: the place and the kind of value, never the value itself."""
    values = dict(personal_values(deployment))
    places = {str(path): path.read_bytes() for path in _logs(deployment.home)}
    places |= {f"database {name}": _dump(deployment, name) for name in ("airflow", "ledger")}
    return [
        f"{kind} in {place}" for place, content in places.items() for value, kind in values.items() if value in content
    ]


def personal_values(deployment: Deployment) -> Iterator[tuple[bytes, str]]:
    """Names, e-mail addresses and phone numbers as they are, and as JSON writes them."""
    for sobject in ("Contact",):
        for row in deployment.sandbox.salesforce.records.read(sobject, limit=100_000):
            texts = {
                "name": f"{row['FirstName'] or ''} {row['LastName'] or ''}".strip(),
                "e-mail": (row["Email"] or "").strip(),
                "phone": (row["Phone"] or "").strip(),
                "mobile phone": (row["MobilePhone"] or "").strip(),
            }
            for kind, text in texts.items():
                if len(text) >= SHORTEST:
                    yield text.encode(), f"{sobject}'s {kind}"
                    yield json.dumps(text)[1:-1].encode(), f"{sobject}'s {kind}"


def _logs(home: Path) -> Iterator[Path]:
    for folder in (home / "logs", home / "airflow" / "logs"):
        yield from (path for path in folder.rglob("*") if path.is_file())


def _dump(deployment: Deployment, database: str) -> bytes:
    command = [str(binaries() / "pg_dump"), "--data-only", "-h", "127.0.0.1", "-U", "postgres"]
    dumped = subprocess.run(
        [*command, "-p", str(deployment.postgresql.port), database], check=True, capture_output=True, cwd="/"
    )
    return dumped.stdout
