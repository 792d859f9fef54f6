"""The compose file is valid, hangs together, and holds no secret."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = PROJECT / "docker-compose.yaml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved."""
    loaded: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text())
    return loaded


def test_it_follows_the_compose_schema() -> None:
    """Checked by the specification's own schema."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_dangles(compose: dict[str, Any]) -> None:
    """Services wait only for services that exist, and mount only volumes and folders that exist."""
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (PROJECT / source).is_dir() if source.startswith(".") else source in compose["volumes"]
    hosts = set(re.findall(r"@(\w+)/|redis://(\w+):|http://([\w-]+):8080/execution", COMPOSE.read_text()))
    assert {name for group in hosts for name in group if name} <= set(services)


def test_every_variable_is_demanded_and_documented() -> None:
    """A missing secret stops compose with a message; .env.example names each."""
    used = set(re.findall(r"\$\{(\w+)(?::\?[^}]*)\}", COMPOSE.read_text()))
    assert used == set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    assert used == set(re.findall(r"^(\w+)=$", (PROJECT / ".env.example").read_text(), re.MULTILINE))


def test_airflow_listens_on_the_loopback_only(compose: dict[str, Any]) -> None:
    """Putting it on a network is a decision of whoever deploys it."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8080:8080"]


def test_all_airflow_services_share_one_environment(compose: dict[str, Any]) -> None:
    """Keys, database and ledger are the same everywhere, and so is the image."""
    airflow = {name: found for name, found in compose["services"].items() if name.startswith("airflow-")}
    assert len(airflow) == 6
    assert {found["image"] for found in airflow.values()} == {"salesforce-daktela"}
    shared = airflow["airflow-scheduler"]["environment"].items()
    assert all(shared <= found["environment"].items() for found in airflow.values())


def test_the_image_copies_only_what_exists() -> None:
    """Every COPY names files of this project, and .dockerignore lets them through."""
    sources = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    allowed = set(re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))
    for name in " ".join(sources).split():
        assert (PROJECT / name).exists()
        assert name in allowed
