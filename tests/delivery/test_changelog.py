"""The changelog knows the version that the package states."""

from __future__ import annotations

import re
from pathlib import Path

import salesforce_daktela

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def test_the_newest_release_is_the_version_of_the_package() -> None:
    """Above it is only what no release has yet; ``make release`` asks for that to be empty."""
    unreleased, newest, *_ = re.findall(r"^## (.+)$", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    assert unreleased == "Unreleased"
    assert re.fullmatch(rf"{re.escape(salesforce_daktela.__version__)} - \d{{4}}-\d\d-\d\d", newest)
