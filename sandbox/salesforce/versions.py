"""The API versions this org serves."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.replies import ApiError

FIRST = 31
LAST_RETIRED = 30
WINTER_24 = 59
RELEASES = ("Winter", "Spring", "Summer")
FIELDS_FUNCTION, BULK_QUERY, PARALLEL_RESULTS, SELECT_ORDER = 51, 47, 58, 50
"""The first versions with FIELDS(), Bulk 2.0 queries, their resultPages, and CSV columns in the order of SELECT."""


def version_list(latest: int) -> list[dict[str, Any]]:
    """Return the reply of `/services/data/` up to ``latest``: v59.0 was Winter '24, and three come each year."""
    return [
        {
            "label": f"{RELEASES[(number - WINTER_24) % 3]} '{24 + (number - WINTER_24) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(FIRST, latest + 1)
    ]


def check_version(text: str, latest: int) -> str:
    """Return the version in a path, as `59.0`; ``latest`` is the newest the org serves.

    Raises ApiError 410 for a retired version and 404 for one that does not exist.
    """
    whole, _, fraction = text.partition(".")
    if fraction == "0" and whole.isdecimal():
        if FIRST <= int(whole) <= latest:
            return text
        if int(whole) <= LAST_RETIRED:
            raise ApiError(410, "GONE", f"The REST API version {text} has been retired. Use a later version.")
    raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def has(version: str, first: int) -> bool:
    """Whether an API version, as `59.0`, has the features of version ``first``."""
    return int(version.partition(".")[0]) >= first


def require_version(version: str, first: int) -> None:
    """Raise ApiError 404 if ``version`` is earlier than ``first``, which introduced the resource."""
    if not has(version, first):
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
