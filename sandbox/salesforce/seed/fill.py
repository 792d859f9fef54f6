"""Fills an empty org, in batches of a few thousand rows."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

from sandbox.company import EMPLOYEES
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.objects import BY_NAME
from sandbox.salesforce.seed.columns import GENERATORS, World
from sandbox.salesforce.seed.draw import Draw
from sandbox.salesforce.seed.pools import czech_pools, pool
from sandbox.salesforce.seed.stamps import system_columns
from sandbox.salesforce.store import create_indexes, create_tables, insert_statement

BATCH = 10_000
BIRTH = "2023-01-01T08:00:00.000Z"


def organization_id(number: int) -> str:
    """Return the Id of the organization of that number, from one on."""
    return record_id("00D", number)


def employee_id(position: int) -> str:
    """Return the Id of the User of ``EMPLOYEES[position]``."""
    return record_id("005", position + 1)


def fill(connection: sqlite3.Connection, counts: dict[str, int], seed: int) -> None:
    """Create the tables and ``counts`` rows per sObject; they depend only on counts and seed."""
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("BEGIN")
    create_tables(connection)
    fixed = {
        "Organization": [_organization()],
        "User": _users(),
        "CaseStatus": _case_statuses(),
        "Nastaveni__c": _settings(),
    }
    for name, rows in fixed.items():
        for row in rows:
            connection.execute(insert_statement(BY_NAME[name.lower()], list(row)), list(row.values()))
    world = World(counts=counts, pools=czech_pools())
    for number, name in enumerate(GENERATORS):
        for start in range(0, counts[name], BATCH):
            rng = np.random.default_rng([seed, number, start])
            _plant_batch(connection, world, name, Draw(rng, start, min(BATCH, counts[name] - start)))
    create_indexes(connection)
    connection.execute("COMMIT")


def _plant_batch(connection: sqlite3.Connection, world: World, name: str, draw: Draw) -> None:
    sobject = BY_NAME[name.lower()]
    users = pool(employee_id(at) for at in range(len(EMPLOYEES)))
    columns = {**system_columns(draw, sobject, users), **GENERATORS[name](draw, world)}
    connection.executemany(insert_statement(sobject, list(columns)), zip(*columns.values(), strict=True))


def _system(record: str) -> dict[str, Any]:
    who = employee_id(len(EMPLOYEES) - 1)
    return {
        "Id": record,
        "CreatedDate": BIRTH,
        "CreatedById": who,
        "LastModifiedDate": BIRTH,
        "LastModifiedById": who,
        "SystemModstamp": BIRTH,
    }


def _organization() -> dict[str, Any]:
    return {
        **_system(organization_id(1)),
        "Name": "Vltava, a.s.",
        "City": "Praha",
        "Country": "CZ",
        "DefaultLocaleSidKey": "cs_CZ",
        "LanguageLocaleKey": "cs",
        "TimeZoneSidKey": "Europe/Prague",
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "CZ1",
        "IsSandbox": 0,
    }


def _users() -> list[dict[str, Any]]:
    return [
        {
            **_system(employee_id(at)),
            "Username": employee.email.lower(),
            "FirstName": employee.first_name,
            "LastName": employee.last_name,
            "Email": employee.email,
            "Alias": employee.email.split("@")[0].replace(".", "")[:8].lower(),
            "CompanyName": "Vltava, a.s.",
            "IsActive": int(employee.active),
            "TimeZoneSidKey": "Europe/Prague",
            "LocaleSidKey": "cs_CZ",
            "LanguageLocaleKey": "cs",
            "UserType": "Standard",
        }
        for at, employee in enumerate(EMPLOYEES)
    ]


def _case_statuses() -> list[dict[str, Any]]:
    labels = ("New", "Working", "Escalated", "Closed")
    return [
        {
            **_system(record_id("01J", at + 1)),
            "MasterLabel": label,
            "ApiName": label,
            "SortOrder": at + 1,
            "IsDefault": int(at == 0),
            "IsClosed": int(label == "Closed"),
        }
        for at, label in enumerate(labels)
    ]


def _settings() -> list[dict[str, Any]]:
    values = {"Mena": "CZK", "Synchronizace": "ano"}
    return [
        {**_system(record_id("a0C", number)), "Name": name, "Hodnota__c": value}
        for number, (name, value) in enumerate(values.items(), 1)
    ]
