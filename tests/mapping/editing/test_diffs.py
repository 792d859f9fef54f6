"""Differences that a reviewer reads and a program applies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from salesforce_daktela.mapping.editing.diffs import unified_diff

FILE = "include/mappings/demo/contacts.yaml"


def test_the_same_text_has_no_differences() -> None:
    """Not even file names."""
    assert unified_diff("a: 1\n", "a: 1\n", FILE) == ""


def test_a_difference_names_the_file_on_both_sides() -> None:
    """As git does."""
    assert unified_diff("a: 1\nb: 2\n", "a: 1\nb: 3\n", FILE) == (
        f"--- a/{FILE}\n+++ b/{FILE}\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nb: 2\n", "a: 2\nb: 2\nc: 3\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 3\r\n"),
        ("a: 1\nb: 2", "a: 1\nb: 3"),
        ("a: 1\nb: 2", "a: 1\nb: 2\n"),
        ("a: \u2028 # x\x85\rb: 2\n", "a: \u2028 # y\x85\rb: 2\n"),
        (None, "a: 1\n"),
        ("a: 1\n", None),
    ],
)
def test_git_makes_one_file_of_the_other(tmp_path: Path, before: str | None, after: str | None) -> None:
    """Line ends, a missing last break, new files and deleted ones among them."""
    target = tmp_path / FILE
    target.parent.mkdir(parents=True)
    if before is not None:
        target.write_bytes(before.encode())
    patch = tmp_path / "change.patch"
    patch.write_bytes(unified_diff(before, after, FILE).encode())
    subprocess.run(["git", "apply", "change.patch"], cwd=tmp_path, check=True)
    assert (target.read_bytes().decode() if target.exists() else None) == after
