"""The values for Kubernetes agree with the product: versions, settings, and no secret in them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Connection
from ruamel.yaml import YAML

from salesforce_daktela.airflow.provider_info import get_provider_info
from salesforce_daktela.airflow.settings import open_staging
from salesforce_daktela.airflow.spread import spreading_executor

PROJECT = Path(__file__).resolve().parents[2]
VALUES = PROJECT / "deploy" / "helm" / "values.yaml"
PREFIX = "AIRFLOW__SALESFORCE_DAKTELA__"


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    """The file."""
    loaded: dict[str, Any] = YAML(typ="safe").load(VALUES.read_text())
    return loaded


def test_the_chart_is_told_the_version_of_the_image(values: dict[str, Any]) -> None:
    """The chart writes other settings for other versions; the image has what KubernetesExecutor and S3 need."""
    pins = (PROJECT / "requirements-kubernetes.txt").read_text().splitlines()
    assert f"apache-airflow=={values['airflowVersion']}" in pins
    names = {pin.partition("==")[0] for pin in pins}
    assert {"apache-airflow-providers-cncf-kubernetes", "apache-airflow-providers-amazon", "s3fs"} <= names


def test_the_settings_pass_preflights_check_for_several_machines(
    values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """KubernetesExecutor, parts that are no folder, and a ledger behind a connection that comes from a Secret."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", values["executor"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the pod")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the pod")
    told = {each["name"]: each["value"] for each in values["env"]}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert spreading_executor() == "KubernetesExecutor"
    assert not open_staging().local
    assert f"AIRFLOW_CONN_{told[f'{PREFIX}LEDGER_CONN_ID'].upper()}" in {each["envName"] for each in values["secret"]}
    options = get_provider_info()["config"]["salesforce_daktela"]["options"]
    assert {name.removeprefix(PREFIX).lower() for name in told if name.startswith(PREFIX)} <= set(options)


def test_the_charts_local_settings_do_not_hide_those_of_the_image(values: dict[str, Any]) -> None:
    """A text of its own would be laid over the file that makes Airflow's programs start sooner."""
    assert values["airflowLocalSettings"] == ""
    assert (PROJECT / "config" / "airflow_local_settings.py").exists()


def test_the_installation_does_not_wait_for_pods_that_wait_for_its_hook() -> None:
    """The chart migrates the database in a hook after the installation, and no pod is ready before."""
    guide = (PROJECT / "docs" / "deploy-kubernetes.md").read_text()
    (command,) = re.findall(r"^helm upgrade .+$", guide, re.MULTILINE)
    assert "--wait" not in command


def test_a_pod_may_not_write_to_the_mappings_of_its_image(tmp_path: Path) -> None:
    """What the pages saved there would end with it, so they offer the files instead. Whatever umask the builder had."""
    recipe = (PROJECT / "Dockerfile").read_text()
    (owner,) = re.findall(r"^COPY (?:--chown=(\S+):\S+ )?include ", recipe, re.MULTILINE)
    assert owner in ("", "root")
    sync = tmp_path / "include" / "mappings" / "default"
    sync.mkdir(parents=True)
    (sync / "sync.yaml").touch()
    found = [tmp_path / "include", *(tmp_path / "include").rglob("*")]
    for path in found:
        path.chmod(0o777)
    after = recipe[recipe.index(" include ./include") :]
    for command in re.findall(r"^RUN (chmod .+ include)$", after, re.MULTILINE):
        subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert [path.name for path in found if path.stat().st_mode & 0o022] == []
    assert [path.name for path in found if path.stat().st_mode & 0o044 != 0o044] == []


def test_no_secret_stands_in_the_values(values: dict[str, Any]) -> None:
    """Passwords come from Secrets, whose names alone are given, and docs say how to make each of them."""
    connection = Connection.from_json(
        next(each["value"] for each in values["env"] if each["name"].startswith("AIRFLOW_CONN_")), "aws_default"
    )
    assert connection.password is None
    guide = (PROJECT / "docs" / "deploy-kubernetes.md").read_text()
    named = set(re.findall(r"(?:SecretName|secretName): ([a-z-]+)", VALUES.read_text()))
    assert len(named) == 5
    assert named == set(re.findall(r"create secret generic ([a-z-]+)", guide))
    keys = {(each["secretName"], each["secretKey"]) for each in values["secret"]}
    assert all(f"--from-file={key}=" in guide for _, key in keys)
    assert not values["createUserJob"]["enabled"]
