"""Writes the pages of ``docs`` that are made from the code: ``PYTHONPATH=plugins python -m scripts.docs.pages``."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.sync.failures_page import failures_page
from scripts.docs.failures import czech_failures
from scripts.docs.keys import keys_page
from scripts.docs.metrics import metrics_page
from scripts.docs.transforms import transforms_page

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {
    "failures.md": failures_page,
    "failures.cs.md": czech_failures,
    "mapping-keys.md": keys_page,
    "metrics.md": metrics_page,
    "transforms.md": transforms_page,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
