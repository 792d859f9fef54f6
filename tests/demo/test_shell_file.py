"""The file that gives a terminal the demo's environment."""

from __future__ import annotations

import subprocess
from pathlib import Path

from demo.airflow_settings import write_shell_file


def test_a_shell_reads_back_what_was_written(tmp_path: Path) -> None:
    """Quotes, dollars and blanks in values survive; what a terminal has of its own is left out."""
    path = tmp_path / "environment"
    connection = """{"a": "it's $5"}"""
    write_shell_file(path, {"AIRFLOW_CONN_X": connection, "REQUESTS_CA_BUNDLE": "/a b/c", "HOME": "/nowhere"})
    script = f'. {path} && printf "%s|%s" "$AIRFLOW_CONN_X" "$REQUESTS_CA_BUNDLE"'
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert told == f"{connection}|/a b/c"
    assert "HOME" not in path.read_text()


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """It holds the demo's passwords."""
    path = tmp_path / "environment"
    write_shell_file(path, {"AIRFLOW__API__SECRET_KEY": "secret"})
    assert path.stat().st_mode & 0o777 == 0o600
