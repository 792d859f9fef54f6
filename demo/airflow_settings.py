"""The environment of an Airflow that belongs to one folder and one set of generated secrets."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from demo.ports import HOST

USER = "admin"
SANDBOX_HOSTS = "localhost,127.0.0.1"
"""The sandbox's hosts: the pipeline sends Salesforce credentials to them only if they are trusted explicitly."""

TERMINAL = ("AIRFLOW", "REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy")
"""Prefixes of the variables that a terminal needs for the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirflowSettings:
    """``home`` is deleted before the next demo; ``project`` holds dags, plugins and include."""

    home: Path
    project: Path
    port: int
    ca_bundle: Path
    mappings: Path
    password: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(9))

    @property
    def url(self) -> str:
        """Where Airflow answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def database(self) -> Path:
        """Airflow's own SQLite file."""
        return self.home / "airflow.db"

    def write_password(self) -> Path:
        """Write the one user's password where the simple auth manager reads it."""
        path = self.home / "passwords.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({USER: self.password}))
        return path

    def environment(self) -> dict[str, str]:
        """Variables for every Airflow program; Airflow's folder is made, with the project's ``config`` in it."""
        link_config(self.home, self.project)
        return {
            **programs_environment(),
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.project / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.project / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.write_password()),
            "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
            "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.database}",
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(self.mappings),
            "AIRFLOW__SALESFORCE_DAKTELA__STAGING_PATH": str(self.home / "staging"),
            "AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS": SANDBOX_HOSTS,
            "REQUESTS_CA_BUNDLE": str(self.ca_bundle),
        }


def programs_environment() -> dict[str, str]:
    """The variables of this process without Airflow's; ``airflow`` is that of this interpreter."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {**inherited, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def write_shell_file(path: Path, environment: Mapping[str, str]) -> None:
    """Write the variables that a terminal needs as a shell file. It holds passwords, so only the owner may read it."""
    wanted = {name: value for name, value in environment.items() if name.startswith(TERMINAL)}
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(wanted.items())))


def link_config(home: Path, project: Path) -> None:
    """Make ``home`` with the project's ``config``, where Airflow looks for its local settings."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "config").exists():
        (home / "config").symlink_to(project / "config")


PROGRAMS = {
    "api-server": ("airflow", "api-server"),
    "scheduler": ("airflow", "scheduler", "--skip-serve-logs"),
    "dag-processor": ("airflow", "dag-processor"),
    "triggerer": ("airflow", "triggerer", "--skip-serve-logs"),
}
"""No program serves logs: all programs share the folder of logs."""
