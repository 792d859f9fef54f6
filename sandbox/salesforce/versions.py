"""The API versions this org serves."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.replies import ApiError

FIRST = 59
LAST_RETIRED = 30
RELEASES = ("Winter", "Spring", "Summer")


def version_list(latest: int) -> list[dict[str, Any]]:
    """Return the reply of `/services/data/` up to ``latest``: v59.0 was Winter '24, and three follow each year."""
    return [
        {
            "label": f"{RELEASES[(number - FIRST) % 3]} '{24 + (number - FIRST) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(FIRST, latest + 1)
    ]


def check_version(text: str, latest: int) -> str:
    """Return the version in a path, as `59.0`; ``latest`` is the newest the org serves.

    Raises ApiError 410 for a retired version and 404 for one that is not there.
    """
    whole, _, fraction = text.partition(".")
    if fraction == "0" and whole.isdecimal():
        if FIRST <= int(whole) <= latest:
            return text
        if int(whole) <= LAST_RETIRED:
            raise ApiError(410, "GONE", f"The REST API version {text} has been retired. Use a later version.")
    raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
