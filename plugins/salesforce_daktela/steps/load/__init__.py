"""Writes to Daktela: leases, orders carried out, removals, re-pointed references."""
