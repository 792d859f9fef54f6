"""Keeps queries, passwords and secret paths out of the addresses that libraries log: search terms name people."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote, urlsplit

AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"
"""What an address keeps when it is sent."""

HIDDEN: set[str] = set()
"""Paths that are secrets."""

LIBRARIES = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "urllib3.poolmanager")
"""They log whole addresses: every request at DEBUG; at WARNING, replies with unreadable headers, which may hold
parts of the body."""


class AddressFilter(logging.Filter):
    """Cuts the addresses in a record's arguments at the question mark, and replaces exceptions by their type.

    Of what ``hide_logged`` has got, the path is replaced as well.
    """

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


def hide_logged(address: str) -> None:
    """Keep the path of an address out of urllib3's log from now on: who knows that of a webhook may write there."""
    shorten_logged_addresses()
    path = urlsplit(address).path
    if path.strip("/"):
        HIDDEN.update({path, quote(path, safe=AS_IT_IS)})


def _cut(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str):
        return value
    place, mark, _ = value.partition("?")
    place = USERINFO.sub(r"\1", place)
    for path in HIDDEN:
        place = place.replace(path, "/...")
    return f"{place}?..." if mark and not place.endswith("/...") else place


USERINFO = re.compile(r"(://)[^/@\s]+@")
