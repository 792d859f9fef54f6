"""The longest request that Salesforce accepts. Pure."""

from __future__ import annotations

LONGEST_ADDRESS = 14_000
"""Encoded characters of a REST query: request line and headers together may have 16,384 bytes."""
LONGEST_HEAD = 16_384
"""Bytes of a request line and its headers."""

REST_OF_HEAD = 1_024
"""Bytes for host, path and headers, without the token."""


def longest_address(token: str) -> int:
    """Return how many encoded characters a REST query may have, given the token's length."""
    return min(LONGEST_ADDRESS, LONGEST_HEAD - REST_OF_HEAD - len(token))
