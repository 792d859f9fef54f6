"""The compose file is valid, hangs together, and holds no secret."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Connection

from demo.compose import container_environment, interpolate, read_compose

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = PROJECT / "docker-compose.yaml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file with its anchors resolved."""
    return read_compose(PROJECT)


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
            source = interpolate(volume, {}).split(":")[0]
            known = {"/dev/null", *compose["volumes"]}
            if source == "./.sandbox":
                continue  # Docker makes it
            assert (PROJECT / source).exists() if source.startswith(".") else source in known
    hosts = set(re.findall(r"@(\w+)/|redis://(\w+):|http://([\w-]+):8080/execution", COMPOSE.read_text()))
    assert {name for group in hosts for name in group if name} <= set(services)


def test_every_variable_is_demanded_or_optional_and_documented() -> None:
    """A missing secret stops compose with a message; .env.example names each, optional ones as comments."""
    text, example = COMPOSE.read_text(), (PROJECT / ".env.example").read_text()
    demanded = set(re.findall(r"(?<!\$)\$\{(\w+):\?", text))
    optional = set(re.findall(r"(?<!\$)\$\{(\w+):[-+]", text))
    assert demanded == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert optional <= set(re.findall(r"^# (\w+)=", example, re.MULTILINE))
    assert demanded | optional == set(re.findall(r"(?<!\$)\$\{(\w+)", text))


def test_connections_authorities_and_proxies_of_the_env_file_reach_every_container(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """The example's optional lines, taken as they are, arrive in each Airflow container as Airflow reads them."""
    example = (PROJECT / ".env.example").read_text()
    filled = re.sub(
        r"^(\w+)=$", r"\1=secret", re.sub(r"^# (\w+=)", r"\1", example, flags=re.MULTILINE), flags=re.MULTILINE
    )
    (tmp_path / ".env").write_text(filled)
    for service in (name for name in compose["services"] if name.startswith("airflow-")):
        found = container_environment(PROJECT, service, tmp_path / ".env")
        connection = Connection.from_json(found["AIRFLOW_CONN_SALESFORCE_DEFAULT"], "salesforce_default")
        assert (connection.conn_type, connection.password) == ("salesforce", "secret")
        assert connection.extra_dejson["consumer_key"] == "key"
        assert found["HTTPS_PROXY"] == "http://proxy.example:3128"
        assert {"airflow-apiserver", "postgres", "redis", ".intranet.example"} <= set(found["NO_PROXY"].split(","))
        assert found["REQUESTS_CA_BUNDLE"] == "/etc/ssl/certs/own/ca-certificates.crt"
        assert found["ADMIN_PASSWORD"] == ("secret" if service == "airflow-init" else "")
        assert "/etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/own/ca-certificates.crt:ro" in [
            interpolate(volume, {"CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"})
            for volume in compose["services"][service]["volumes"]
        ]


def test_without_optional_values_the_containers_trust_the_public_authorities(tmp_path: Path) -> None:
    """By the image's own file: an empty REQUESTS_CA_BUNDLE is a mistake to the libraries of S3."""
    (tmp_path / ".env").write_text(
        re.sub(r"^(\w+)=$", r"\1=secret", (PROJECT / ".env.example").read_text(), flags=re.MULTILINE)
    )
    found = container_environment(PROJECT, "airflow-worker", tmp_path / ".env")
    assert found["REQUESTS_CA_BUNDLE"] == "/etc/ssl/certs/ca-certificates.crt"
    assert "ca-certificates" in (PROJECT / "Dockerfile").read_text()
    assert "AIRFLOW_CONN_SALESFORCE_DEFAULT" not in found


def test_a_demanded_variable_that_is_missing_is_named(tmp_path: Path) -> None:
    """Compose stops there, and so does who works out its environment."""
    (tmp_path / ".env").write_text("JWT_SECRET=secret\n")
    with pytest.raises(ValueError, match=r"FERNET_KEY is missing: see \.env\.example"):
        container_environment(PROJECT, "airflow-worker", tmp_path / ".env")


def test_airflow_listens_on_the_loopback_only(compose: dict[str, Any]) -> None:
    """Putting it on a network is a decision of whoever deploys it."""
    started = [service for service in compose["services"].values() if "profiles" not in service]
    assert [port for service in started for port in service.get("ports", [])] == ["127.0.0.1:8080:8080"]


def test_every_container_has_as_little_as_it_needs(compose: dict[str, Any]) -> None:
    """No rights of root, no writable file system beside its volumes, bounded memory, processes and logs."""
    for name, service in compose["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"memory", "pids"} <= set(service["deploy"]["resources"]["limits"]), name
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
    assert {compose["services"][name]["user"] for name in ("postgres", "redis")} == {"postgres", "redis"}
    assert "\nUSER airflow\n" in (PROJECT / "Dockerfile").read_text()


def test_no_program_runs_beside_a_database_that_is_migrated(compose: dict[str, Any]) -> None:
    """Each is stopped before a new ``airflow-init`` begins, and starts when it has succeeded."""
    programs = {
        name: found
        for name, found in compose["services"].items()
        if name.startswith("airflow-") and name != "airflow-init"
    }
    assert len(programs) == 5
    for name, found in programs.items():
        after = found["depends_on"]["airflow-init"]
        assert after == {"condition": "service_completed_successfully", "restart": True}, name


@pytest.mark.parametrize("page", ["deploy-compose.md", "upgrading.md"])
def test_the_upgrade_stops_the_old_programs_first(page: str) -> None:
    """An older Compose does not obey ``restart``: ``up`` alone would leave them beside a migration."""
    text = (PROJECT / "docs" / page).read_text()
    stopping = text.index("docker compose --profile tls down")
    assert text.index("docker compose build") < stopping < text.index("docker compose up -d", stopping)


def test_postgresql_counts_as_ready_when_others_reach_it(compose: dict[str, Any]) -> None:
    """Its image answers on a socket before that, while it makes the database, and then starts anew."""
    asked = compose["services"]["postgres"]["healthcheck"]["test"]
    assert asked[asked.index("-h") + 1] == "127.0.0.1"


def test_redis_keeps_tasks_over_a_restart_and_asks_for_a_password(compose: dict[str, Any], tmp_path: Path) -> None:
    """The same password in both, from .env, and never among the arguments of a process."""
    (tmp_path / ".env").write_text(
        re.sub(r"^(\w+)=$", r"\1=secret", (PROJECT / ".env.example").read_text(), flags=re.MULTILINE)
    )
    redis = compose["services"]["redis"]
    assert container_environment(PROJECT, "redis", tmp_path / ".env")["REDIS_PASSWORD"] == "secret"
    broker = container_environment(PROJECT, "airflow-worker", tmp_path / ".env")["AIRFLOW__CELERY__BROKER_URL"]
    assert broker == "redis://:secret@redis:6379/0"
    assert redis["volumes"] == ["redis:/data"]
    assert "--appendonly yes" in redis["command"][-1]
    assert "REDIS_PASSWORD:?" not in redis["command"][-1]


def test_the_first_users_password_is_no_argument_of_a_program(compose: dict[str, Any]) -> None:
    """The list of processes is open to everybody on the machine."""
    (script,) = compose["services"]["airflow-init"]["command"][2:]
    assert "os.environ['ADMIN_PASSWORD']" in script
    assert "$ADMIN_PASSWORD" not in script


def test_no_code_comes_into_a_running_container(compose: dict[str, Any]) -> None:
    """``git pull`` changes the mappings alone until the image is built anew."""
    for name in (name for name in compose["services"] if name.startswith("airflow-")):
        mounted = [volume for volume in compose["services"][name]["volumes"] if volume.startswith("./")]
        assert mounted == ["./include:/opt/airflow/include:ro"]


def test_all_airflow_services_share_one_environment(compose: dict[str, Any]) -> None:
    """Keys, database and ledger are the same everywhere, and so is the image."""
    airflow = {name: found for name, found in compose["services"].items() if name.startswith("airflow-")}
    assert len(airflow) == 6
    assert {found["image"] for found in airflow.values()} == {"salesforce-daktela"}
    shared = airflow["airflow-scheduler"]["environment"].items() - {("ADMIN_PASSWORD", "")}
    assert all(shared <= found["environment"].items() for found in airflow.values())


def test_the_image_copies_only_what_exists() -> None:
    """Every COPY names files of this project, and .dockerignore lets them through."""
    sources = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    allowed = set(re.findall(r"^!(\S+)$", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))
    for name in " ".join(sources).split():
        assert (PROJECT / name).exists()
        assert name in allowed
