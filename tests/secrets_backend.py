"""Airflow's secrets backend of one file, for one test."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

BACKEND = "airflow.secrets.local_filesystem.LocalFilesystemBackend"


def keep_connections_in(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Airflow find connections in a JSON file, and forget other backends: it keeps them as long as the process."""
    with contextlib.suppress(ImportError):  # Airflow 3.1 keeps none
        monkeypatch.setattr("airflow.sdk.configuration._secrets_backend_cache", {}, raising=False)
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND", BACKEND)
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND_KWARGS", json.dumps({"connections_file_path": str(file)}))
