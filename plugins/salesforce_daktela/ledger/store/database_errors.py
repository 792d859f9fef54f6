"""Distinguish database errors that last until somebody acts from those that pass."""

from __future__ import annotations

import sqlite3

SQLITE_REFUSALS = frozenset(
    (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOTADB)
)

POSTGRESQL_REFUSALS = frozenset(("28000", "28P01", "3D000", "3F000", "42501", "57P04"))
"""Codes that last until somebody acts: refused sign-ins, no such database or schema, insufficient_privilege,
database_dropped. Source: PostgreSQL manual, appendix "Error Codes".
"""

POSTGRESQL_PASSING = frozenset(
    (
        "08",  # the connection broke
        "25",  # a standby that takes no writes (25006), a transaction that timed out or had failed
        "40",  # a transaction lost to another one: serialization, deadlock
        "53",  # no connection, memory or disk space to spare
        "55",  # locked by somebody, or not ready
        "57",  # cancelled, shut down, starting up, idle for too long
        "58",  # the server's own input and output
        "72",  # a snapshot that is too old
        "F0",  # its configuration is being changed
        "XX",  # an error inside the server
    )
)
"""Classes of codes that pass without help: failover, restart, overload. When the state lasts, every try fails, and
the error shows the server's own message."""

STANDBY = "25006"
"""read_only_sql_transaction: after a failover a connection may still lead to the former primary server."""

POSTGRESQL_SIGN_IN = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "pg_hba.conf",
    "permission denied",
    "invalid connection option",
    ' value: "',
    "certificate verify failed",
    "does not match host name",
    "does not support SSL",
)
"""A refused sign-in has no code with this driver, only a text. A text in another language is retried."""


def is_refusal(error: BaseException | None) -> bool:
    """Whether the driver's error lasts until somebody changes a right or a setting."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_REFUSALS
    code = getattr(error, "pgcode", None)
    if code is not None:
        return code in POSTGRESQL_REFUSALS
    return any(text in str(error) for text in POSTGRESQL_SIGN_IN)


def is_passing(error: BaseException | None) -> bool:
    """Whether PostgreSQL's code says that a later try may succeed, whatever class the driver gives the error."""
    code = getattr(error, "pgcode", None)
    return code is not None and code[:2] in POSTGRESQL_PASSING and code not in POSTGRESQL_REFUSALS


def leads_to_a_standby(error: BaseException | None) -> bool:
    """Whether the open connections lead to a server that no longer accepts writes."""
    return getattr(error, "pgcode", None) == STANDBY
