"""Keeps what is asked for out of the log of requests: search terms and queries name people."""

from __future__ import annotations

import logging

LIBRARY = "urllib3.connectionpool"
"""Logs every request with its whole address at level DEBUG, and retries and redirects above it."""


class WithoutQuery(logging.Filter):
    """Cuts every address in a record's arguments at its question mark."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its addresses cut."""
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(value) if isinstance(value, str) else value for value in record.args)
        return True


def keep_addresses_quiet() -> None:
    """Cut addresses in urllib3's log from now on; safe to repeat."""
    logger = logging.getLogger(LIBRARY)
    if not any(isinstance(found, WithoutQuery) for found in logger.filters):
        logger.addFilter(WithoutQuery())


def _cut(text: str) -> str:
    place, mark, _ = text.partition("?")
    return f"{place}?..." if mark else text
