"""One resolution for product, tests and image."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def _pins(name: str) -> set[str]:
    lines = (PROJECT / name).read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def _wanted(name: str) -> set[str]:
    names = [re.match(r"[A-Za-z0-9_.-]+", line) for line in _pins(name) if not line.startswith("-")]
    return {re.sub(r"[-_.]+", "-", found.group()).lower() for found in names if found}


def test_every_requirement_is_pinned() -> None:
    """Nothing floats: each name of the short lists has one version in the long ones."""
    for short in ("requirements.in", "requirements-amazon.in", "requirements-kubernetes.in", "requirements-dev.in"):
        long = short.replace(".in", ".txt")
        pinned = {pin.split("==")[0] for pin in _pins(long)}
        assert _wanted(short) <= pinned
        assert all("==" in pin for pin in _pins(long))


def test_tests_run_what_the_product_ships() -> None:
    """The tools add packages and change none, nor does the extra for S3."""
    assert _pins("requirements.txt") <= _pins("requirements-amazon.txt") <= _pins("requirements-dev.txt")
    assert _pins("requirements-amazon.txt") <= _pins("requirements-kubernetes.txt")


def test_pins_carry_no_addresses() -> None:
    """A list of pins works with any package index."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (PROJECT / name).read_text()


def test_the_celery_executor_can_be_imported() -> None:
    """Some releases of celery cannot be used with its provider, and only this import tells."""
    assert importlib.import_module("airflow.providers.celery.executors.celery_executor_utils")
