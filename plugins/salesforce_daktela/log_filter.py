"""Keeps what is asked for out of the log of requests: search terms and queries name people."""

from __future__ import annotations

import logging
import re

LIBRARIES = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "urllib3.poolmanager")
"""They log whole addresses: every request at level DEBUG, and at WARNING replies whose headers cannot be read, with
what of the body stood among them."""


class WithoutQuery(logging.Filter):
    """Cuts every address in a record's arguments at its question mark, and what an exception quotes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its addresses cut."""
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) for value in record.args)
        record.exc_info = record.exc_text = None
        return True


def keep_addresses_quiet() -> None:
    """Cut addresses in urllib3's log from now on; safe to repeat."""
    for library in LIBRARIES:
        logger = logging.getLogger(library)
        if not any(isinstance(found, WithoutQuery) for found in logger.filters):
            logger.addFilter(WithoutQuery())


def _cut(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str):
        return value
    place, mark, _ = value.partition("?")
    place = USERINFO.sub(r"\1", place)
    return f"{place}?..." if mark else place


USERINFO = re.compile(r"(://)[^/@\s]+@")
