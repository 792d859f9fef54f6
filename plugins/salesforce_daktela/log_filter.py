"""Keeps queries and passwords out of the addresses that libraries log: search terms name people."""

from __future__ import annotations

import logging
import re

LIBRARIES = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "urllib3.poolmanager")
"""They log whole addresses: every request at DEBUG; at WARNING, replies with unreadable headers, which may hold
parts of the body."""


class AddressFilter(logging.Filter):
    """Cuts the addresses in a record's arguments at the question mark, and replaces exceptions by their type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with shorter addresses."""
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) for value in record.args)
        record.exc_info = record.exc_text = None
        return True


def shorten_logged_addresses() -> None:
    """Shorten the addresses in urllib3's log from now on. May be called again."""
    for library in LIBRARIES:
        logger = logging.getLogger(library)
        if not any(isinstance(found, AddressFilter) for found in logger.filters):
            logger.addFilter(AddressFilter())


def _cut(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str):
        return value
    place, mark, _ = value.partition("?")
    place = USERINFO.sub(r"\1", place)
    return f"{place}?..." if mark else place


USERINFO = re.compile(r"(://)[^/@\s]+@")
