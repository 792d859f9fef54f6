"""The CRM models of a Daktela instance as data: fields with lengths, references and whether they are required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """What a field holds. A reference holds the unique ``name`` of a record of another model."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    REFERENCE = "reference"
    CHOICE = "choice"
    TIMESTAMP = "timestamp"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``longest`` is in characters; writes ignore a field that is not ``writable``."""

    name: str
    kind: FieldType = FieldType.TEXT
    target: str = ""
    required: bool = False
    longest: int | None = None
    writable: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One endpoint. Generated names begin with ``prefix``; ``custom`` models have customFields."""

    name: str
    fields: tuple[Field, ...]
    prefix: str = ""
    custom: bool = False
    writable: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field called ``name``, None when the model has none."""
        return next((field for field in self.fields if field.name == name), None)


def _reference(name: str, target: str, *, required: bool = False) -> Field:
    return Field(name=name, kind=FieldType.REFERENCE, target=target, required=required)


_NAME = Field(name="name", writable=False)
_TITLE = Field(name="title", required=True, longest=255)
_DESCRIPTION = Field(name="description", longest=512)
_STAMPS = (
    Field(name="edited", kind=FieldType.TIMESTAMP, writable=False),
    Field(name="created", kind=FieldType.TIMESTAMP, writable=False),
)
_SCORE = Field(name="nps_score", kind=FieldType.INTEGER, writable=False)

CONTACTS = Model(
    name="contacts",
    prefix="contact",
    custom=True,
    writable=True,
    fields=(
        _NAME,
        _TITLE,
        Field(name="firstname", longest=128),
        Field(name="lastname", required=True, longest=128),
        _reference("database", "crmDatabases", required=True),
        _reference("account", "accounts"),
        _reference("user", "users"),
        _DESCRIPTION,
        _SCORE,
        *_STAMPS,
    ),
)
ACCOUNTS = Model(
    name="accounts",
    prefix="account",
    custom=True,
    writable=True,
    fields=(
        _NAME,
        _TITLE,
        _reference("database", "crmDatabases", required=True),
        _reference("sla", "ticketsSla"),
        _reference("user", "users"),
        Field(name="survey", kind=FieldType.BOOLEAN, writable=False),
        _DESCRIPTION,
        *_STAMPS,
    ),
)
CRM_RECORDS = Model(
    name="crmRecords",
    prefix="crmRecord",
    custom=True,
    writable=True,
    fields=(
        _NAME,
        _reference("type", "crmRecordsTypes", required=True),
        Field(name="title", required=True, longest=128),
        _reference("user", "users"),
        _reference("contact", "contacts"),
        _reference("account", "accounts"),
        _reference("ticket", "tickets"),
        _reference("status", "statuses"),
        Field(name="stage", kind=FieldType.CHOICE, required=True, choices=("OPEN", "CLOSE")),
        _DESCRIPTION,
        *_STAMPS,
    ),
)
CAMPAIGNS_RECORDS = Model(
    name="campaignsRecords",
    prefix="record",
    custom=True,
    writable=True,
    fields=(
        _NAME,
        _reference("record_type", "campaignsTypes", required=True),
        _reference("database", "databases"),
        _reference("user", "users"),
        _reference("contact", "contacts"),
        Field(name="action", kind=FieldType.CHOICE, choices=("0", "1", "2", "3", "4", "5", "6")),
        Field(name="nextcall", kind=FieldType.TIMESTAMP),
        Field(name="statuses", kind=FieldType.DOCUMENT, writable=False),
        Field(name="call_id", writable=False),
        Field(name="activity", writable=False),
        *_STAMPS,
    ),
)
"""The calls that a campaign has to make."""
CAMPAIGNS_TYPES = Model(
    name="campaignsTypes", fields=(_NAME, Field(name="title"), Field(name="description"), Field(name="queue"))
)
DATABASES = Model(name="databases", fields=(_NAME, Field(name="title"), Field(name="active", kind=FieldType.BOOLEAN)))
"""Parts of campaigns, which are switched on and off; CRM databases are something else."""
USERS = Model(
    name="users",
    fields=(
        _NAME,
        Field(name="title"),
        Field(name="alias"),
        Field(name="description"),
        Field(name="extension"),
        Field(name="email"),
        Field(name="emailAuth"),
        Field(name="timezone"),
        Field(name="deleted", kind=FieldType.BOOLEAN),
        Field(name="deactivated", kind=FieldType.BOOLEAN),
    ),
)
CRM_DATABASES = Model(
    name="crmDatabases",
    fields=(
        _NAME,
        Field(name="title"),
        Field(name="description"),
        Field(name="available_cp", kind=FieldType.BOOLEAN),
        Field(name="autofocused_contacts_tab"),
        Field(name="autofocused_accounts_tab"),
        Field(name="default", kind=FieldType.BOOLEAN),
        Field(name="reverse_names", kind=FieldType.BOOLEAN),
    ),
)
CRM_RECORDS_TYPES = Model(
    name="crmRecordsTypes",
    fields=(
        _NAME,
        Field(name="title"),
        Field(name="description"),
        Field(name="autofocused_tab"),
        Field(name="statuses", kind=FieldType.DOCUMENT),
        Field(name="created", kind=FieldType.TIMESTAMP),
    ),
)
STATUSES = Model(name="statuses", fields=(_NAME, Field(name="title"), Field(name="description")))
TICKETS_SLA = Model(name="ticketsSla", fields=(_NAME, Field(name="title")))
TICKETS = Model(name="tickets", fields=(_NAME, Field(name="title")))
_FORM_FIELDS = (
    _NAME,
    Field(name="title"),
    Field(name="description"),
    Field(name="type"),
    Field(name="multiple", kind=FieldType.BOOLEAN),
    Field(name="pattern"),
    Field(name="options"),
    Field(name="items", kind=FieldType.DOCUMENT),
    Field(name="deleted", kind=FieldType.BOOLEAN),
)
FORM_CRM_FIELDS = Model(name="formCrmFields", fields=_FORM_FIELDS)
FORM_FIELDS = Model(name="formFields", fields=_FORM_FIELDS)
"""The pool of campaign records."""

MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        CONTACTS,
        ACCOUNTS,
        CRM_RECORDS,
        CAMPAIGNS_RECORDS,
        CAMPAIGNS_TYPES,
        DATABASES,
        USERS,
        CRM_DATABASES,
        CRM_RECORDS_TYPES,
        STATUSES,
        TICKETS_SLA,
        TICKETS,
        FORM_CRM_FIELDS,
        FORM_FIELDS,
    )
}

RELATIONS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("accounts", "contacts"): ("contacts", "account"),
    ("accounts", "records"): ("crmRecords", "account"),
    ("accounts", "tickets"): ("tickets", ""),
    ("contacts", "records"): ("crmRecords", "contact"),
    ("contacts", "campaignsRecords"): ("campaignsRecords", "contact"),
    ("contacts", "tickets"): ("tickets", ""),
}
"""(model, relation) -> (listed model, its reference to the model; empty if the sandbox has no such link)."""
