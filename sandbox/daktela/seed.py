"""The records of the instance before the first synchronisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.company import EMPLOYEES
from sandbox.daktela.custom_fields import POOLS, CustomField
from sandbox.daktela.models import (
    ACCOUNTS,
    CAMPAIGNS_TYPES,
    CONTACTS,
    CRM_DATABASES,
    CRM_RECORDS,
    CRM_RECORDS_TYPES,
    MODELS,
    STATUSES,
    TICKETS_SLA,
    USERS,
    Model,
)
from sandbox.daktela.store import Store

DATABASES = {"sales": "Obchod", "support": "Podpora"}
STATUS_TITLES = {
    "new": "Nový",
    "negotiation": "Jednání",
    "proposal": "Nabídka",
    "won": "Vyhráno",
    "lost": "Prohráno",
    "valid": "Platná",
    "terminated": "Ukončená",
}
TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "opportunity": ("Obchodní příležitost", ("new", "negotiation", "proposal", "won", "lost")),
    "smlouva": ("Smlouva", ("new", "valid", "terminated")),
    "objednavka": ("Objednávka", ()),
}
CAMPAIGN_TYPES = {"spring_campaign": ("Jarní kampaň", "outbound_sales"), "renewals": ("Prodloužení", "outbound_care")}
CAMPAIGN_DATABASES = {"spring_2026": "Jaro 2026", "renewals_2026": "Prodloužení 2026"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A customer in both Salesforce and Daktela, with the same e-mail address."""

    first_name: str
    last_name: str
    email: str


_STRANGERS = (
    Known(first_name="Božena", last_name="Vlčková", email="bozena.vlckova@podatelna.example"),
    Known(first_name="Řehoř", last_name="Žďárský", email="rehor.zdarsky@podatelna.example"),
)
_TWINS = Known(first_name="Karel", last_name="Dvojí", email="karel.dvoji@podatelna.example")


def fill(store: Store, *, known: Sequence[Known], empty: bool, now: str) -> None:
    """Fill the catalogues and, unless ``empty``, both databases. ``now`` is the server's local time."""
    store.insert_many(CRM_DATABASES, [(_database(name, title), {}) for name, title in DATABASES.items()])
    store.insert_many(STATUSES, [({"name": n, "title": t, "description": ""}, {}) for n, t in STATUS_TITLES.items()])
    store.insert_many(CRM_RECORDS_TYPES, [(_type(name, now), {}) for name in TYPES])
    store.insert_many(TICKETS_SLA, [({"name": "standard", "title": "Standard"}, {})])
    store.insert_many(USERS, [(_user(n, number), {}) for number, n in enumerate(_logins(), 100)])
    store.insert_many(CAMPAIGNS_TYPES, [(_campaign_type(name), {}) for name in CAMPAIGN_TYPES])
    lists: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
        ({"name": n, "title": t, "active": True}, {}) for n, t in CAMPAIGN_DATABASES.items()
    ]
    store.insert_many(MODELS["databases"], lists)
    for name, pool in POOLS.items():
        store.insert_many(MODELS[name], _pool(pool))
    if not empty:
        _customers(store, known, now)


def _customers(store: Store, known: Sequence[Known], now: str) -> None:
    for number, (database, title) in enumerate(DATABASES.items(), 1):
        account = _row(ACCOUNTS, f"account_{number:013x}", f"Zákazník {title}", database, now) | {"survey": False}
        store.insert(ACCOUNTS, account, {"email": [f"info@zakaznik-{database}.example"]})
    people = [*_STRANGERS, *known, _TWINS, _TWINS]
    for number, person in enumerate(people, 1):
        title = f"{person.first_name} {person.last_name}"
        row = _row(CONTACTS, f"contact_{number:013x}", title, "sales", now)
        row |= {"firstname": person.first_name, "lastname": person.last_name, "account": None, "nps_score": 0}
        custom = {"email": [person.email], "number": [f"00420 777 {number:03d} 001"], "note": ["Volat po obědě"]}
        store.insert(CONTACTS, row, custom)
    support = _row(CONTACTS, "contact_0000000000100", "Alžběta Podpůrná", "support", now)
    support |= {"firstname": "Alžběta", "lastname": "Podpůrná", "nps_score": 0}
    support["account"] = "account_0000000000002"
    store.insert(CONTACTS, support, {"email": ["alzbeta@zakaznik-support.example"]})
    record = {"name": "crmRecord_0000000000001", "type": "smlouva", "title": "Rámcová smlouva", "stage": "OPEN"}
    record |= {"contact": support["name"], "account": support["account"], "status": "valid", "description": ""}
    store.insert(CRM_RECORDS, _complete(CRM_RECORDS, record | {"created": now, "edited": now}), {})


def _row(model: Model, name: str, title: str, database: str, now: str) -> dict[str, Any]:
    row = {"name": name, "title": title, "database": database, "description": "", "created": now, "edited": now}
    return _complete(model, row)


def _complete(model: Model, row: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: row.get(field.name) for field in model.fields}


def _database(name: str, title: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "title": title, "description": "", "available_cp": False}
    row |= {"autofocused_contacts_tab": "", "autofocused_accounts_tab": ""}
    return row | {"default": name == "sales", "reverse_names": False}


def _type(name: str, now: str) -> dict[str, Any]:
    title, statuses = TYPES[name]
    return {
        "name": name,
        "title": title,
        "description": "",
        "autofocused_tab": "",
        "created": now,
        "statuses": list(statuses),
    }


def _campaign_type(name: str) -> dict[str, Any]:
    title, queue = CAMPAIGN_TYPES[name]
    return {"name": name, "title": title, "description": "", "queue": queue}


def _campaign_database(name: str) -> dict[str, Any]:
    return {"name": name, "title": CAMPAIGN_DATABASES[name], "active": True}


def _logins() -> list[dict[str, Any]]:
    return [
        {
            "name": person.login,
            "title": f"{person.first_name} {person.last_name}",
            "email": person.email,
            "deactivated": not person.active,
        }
        for person in EMPLOYEES
        if person.login is not None
    ]


def _user(person: Mapping[str, Any], extension: int) -> dict[str, Any]:
    row = {"alias": "", "description": "", "extension": str(extension), "emailAuth": "", "timezone": "_AUTOMATIC_"}
    return row | {"deleted": False} | dict(person)


def _pool(pool: Sequence[CustomField]) -> list[tuple[dict[str, Any], dict[str, list[str]]]]:
    return [
        (
            {
                "name": field.name,
                "title": field.title,
                "description": "",
                "type": field.type,
                "multiple": field.multiple,
                "pattern": field.pattern,
                "options": '{"rows":5}' if field.type == "TEXTAREA" else None,
                "items": [
                    {"name": value, "title": title, "description": "", "value": value}
                    for value, title in (field.items or {}).items()
                ],
                "deleted": False,
            },
            {},
        )
        for field in pool
    ]
