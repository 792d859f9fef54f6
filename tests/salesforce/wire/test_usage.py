"""The allowances as replies tell them."""

from __future__ import annotations

import pytest

from salesforce_daktela.salesforce.wire.usage import Limit, Usage, parse_limits, parse_usage


@pytest.mark.parametrize(
    ("header", "usage"),
    [
        ("api-usage=18/5000", Usage(used=18, max=5000)),
        ("api-usage=18/5000; per-app-api-usage=17/250(appName=sample)", Usage(used=18, max=5000)),
        ("per-app-api-usage=17/250(appName=sample); api-usage=18/5000", Usage(used=18, max=5000)),
        ("per-app-api-usage=17/250(appName=sample)", None),
        ("", None),
        (None, None),
    ],
)
def test_the_orgs_usage_is_read_from_the_header(header: str | None, usage: Usage | None) -> None:
    """The org's own figure is read in every form of the header, an app's figure is not taken for it."""
    assert parse_usage(header) == usage


def test_limits_are_read_by_name() -> None:
    """Limits are read by name; what has another shape is left out."""
    body = {"DailyApiRequests": {"Max": 100, "Remaining": 0, "App": {"Max": 1, "Remaining": 1}}, "Odd": {"Max": 3}}
    assert parse_limits(body) == {"DailyApiRequests": Limit(max=100, remaining=0)}
    assert parse_limits([]) == {}
