"""Maps Salesforce's field types to kinds of values. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.schema import FieldKind

KINDS: Mapping[str, FieldKind] = {
    "boolean": FieldKind.BOOLEAN,
    "int": FieldKind.INTEGER,
    "long": FieldKind.INTEGER,
    "double": FieldKind.NUMBER,
    "currency": FieldKind.NUMBER,
    "percent": FieldKind.NUMBER,
    "date": FieldKind.DATE,
    "datetime": FieldKind.DATETIME,
    "time": FieldKind.TIME,
    "multipicklist": FieldKind.MULTIPICKLIST,
}
"""Every other type is text, including types that are unknown today."""

UNREADABLE: Mapping[str, str] = {
    "address": "it is a compound: map its parts instead, for example BillingStreet",
    "location": "it is a compound: map its latitude and longitude instead (__Latitude__s, __Longitude__s)",
    "base64": "it holds a file: files are not synchronised",
    "complexvalue": "it has no value of its own: map other fields",
    "json": "it has no plain value: map other fields",
    "anyType": "its type changes from row to row: map other fields",
}
"""Types that cannot be mapped, and what to do instead."""

NAME_FIELDS: Mapping[str, FieldKind] = {
    "Id": FieldKind.TEXT,
    "Type": FieldKind.TEXT,
    "Name": FieldKind.TEXT,
    "FirstName": FieldKind.TEXT,
    "LastName": FieldKind.TEXT,
    "Email": FieldKind.TEXT,
    "Phone": FieldKind.TEXT,
    "Title": FieldKind.TEXT,
    "Username": FieldKind.TEXT,
    "Alias": FieldKind.TEXT,
    "IsActive": FieldKind.BOOLEAN,
}
"""Fields that can be read through a reference to several objects (the owner of a Lead is a user or a queue).

Such a path leads to Salesforce's object Name, not to the object of the record.
"""
