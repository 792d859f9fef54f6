"""The form in which texts go to the scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Texts: TypeAlias = dict[str, str | dict[str, str]]
"""By the keys of the scripts: a text, or one for each plural form as ``Intl.PluralRules`` calls them."""


def plural(form: Callable[[int], str]) -> dict[str, str]:
    """Return the forms of English and Czech, each by a number that has it."""
    return {"one": form(1), "few": form(2), "other": form(5)}
