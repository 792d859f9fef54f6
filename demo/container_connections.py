"""The sandbox's connections for ``airflow connections import``: ``python -m demo.container_connections FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from demo.sandbox_side import SandboxSide
from demo.stack import connections


def importable(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return connections by their ids, in the form in which Airflow imports them."""
    side = SandboxSide(salesforce=described["salesforce"], daktela=described["daktela"], ca=described["ca"])
    return {connection.pop("connection_id"): connection for connection in connections(side)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(importable(json.loads(Path(sys.argv[1]).read_text()))))
