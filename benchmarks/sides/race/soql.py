"""The query of the clients that take one."""

from __future__ import annotations

from benchmarks.sides.side import Order


def query(order: Order) -> str:
    """Select the order's fields of all contacts, or of those that were changed at ``since`` (ISO 8601) or later."""
    condition = f" WHERE SystemModstamp >= {order['since']}" if order["since"] else ""
    return f"SELECT {order['fields']} FROM Contact{condition}"  # noqa: S608 SOQL has no bound values
