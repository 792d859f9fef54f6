"""Every setting of Airflow that the pages and the files of a deployment name is one, in this release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.configuration import conf

from salesforce_daktela.airflow.provider_info import get_provider_info
from tests.delivery.test_docs_paths import PAGES

PROJECT = Path(__file__).resolve().parents[2]
FILES = [
    *PAGES,
    *(PROJECT / name for name in (".env.example", "docker-compose.yaml", "Dockerfile", "deploy/helm/values.yaml")),
]
NAMES = (re.compile(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)"), re.compile(r"`\[(\w+)\] (\w+)"))
PLACES = {("section", "key")}
"""What stands for any section and any option."""


def named() -> Iterator[tuple[str, str]]:
    """Section and option, as Airflow spells them."""
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        yield from {(section.lower(), option.lower()) for pattern in NAMES for section, option in pattern.findall(text)}


@pytest.mark.parametrize(("section", "option"), sorted(set(named()) - PLACES))
def test_a_setting_exists(section: str, option: str) -> None:
    """Airflow says nothing of one that it does not know: it would have no effect."""
    ours = get_provider_info()["config"]
    assert option in (ours if section in ours else conf.configuration_description)[section]["options"]


def test_every_setting_of_ours_is_on_the_page_of_deployments() -> None:
    """In the table there."""
    table = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8").partition("## Settings")[2]
    assert [
        name for name in get_provider_info()["config"]["salesforce_daktela"]["options"] if f"`{name}`" not in table
    ] == []
