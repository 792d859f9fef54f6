"""The addresses of a record's pages in Salesforce and in Daktela. Pure."""

from __future__ import annotations

from urllib.parse import quote

from salesforce_daktela.mapping.model import Entity


def salesforce_link(instance_url: str, id_: str) -> str:
    """The page of a record in Salesforce; empty where the org's address is not known."""
    return f"{instance_url.rstrip('/')}/{quote(id_, safe='')}" if instance_url else ""


def daktela_link(instance: str, entity: Entity, name: str, record_type: str = "") -> str:
    """The page of an object in Daktela; empty where it cannot be known: a CRM record's lies below its type, and where
    a record of a dial list lies is not documented."""
    if not instance or not name or entity.is_dialled or (entity is Entity.CRM_RECORDS and not record_type):
        return ""
    kinds = {Entity.CONTACTS: "contacts", Entity.ACCOUNTS: "accounts"}
    kind = kinds.get(entity) or f"records/{quote(record_type, safe='')}"
    return f"{instance.rstrip('/')}/crm/{kind}/update/{quote(name, safe='')}"
