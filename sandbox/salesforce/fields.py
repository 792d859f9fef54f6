"""The classes of fields and sObjects, with short constructors for the definitions of objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

REAL_TYPES = frozenset({"double", "currency", "percent"})
NUMBER_TYPES = REAL_TYPES | {"int"}
TEXT_TYPES = frozenset(
    {"string", "textarea", "picklist", "multipicklist", "combobox", "email", "phone", "url", "encryptedstring"}
)
ID_TYPES = frozenset({"id", "reference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``sql`` is the expression of a computed field, with ``{t}`` for the row's table; else None.

    ``length`` is in characters, ``precision`` and ``scale`` in digits. ``parts`` are the fields of an address.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    values: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()
    restricted: bool = False
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    compound: str | None = None
    parts: tuple[str, ...] = ()
    sql: str | None = None
    formula: str | None = None
    nillable: bool = True
    writable: bool = True
    filterable: bool = True
    name_field: bool = False
    external_id: bool = False
    html: bool = False
    auto_number: bool = False

    @property
    def custom(self) -> bool:
        """Whether an admin made it."""
        return self.name.endswith("__c")

    @property
    def stored(self) -> bool:
        """Whether it has a column."""
        return self.sql is None and self.type != "address"


@dataclass(frozen=True, kw_only=True)
class SObject:
    """One sObject. ``bulk``: Bulk API 2.0 serves it; ``children_go_too``: a delete cascades."""

    name: str
    label: str
    plural: str
    key_prefix: str | None
    fields: tuple[Field, ...]
    queryable: bool = True
    bulk: bool = True
    custom_setting: bool = False
    mergeable: bool = False
    never_in_bin: bool = False
    """Its records are never deleted, as with User; getUpdated serves it all the same."""

    @property
    def replicateable(self) -> bool:
        """Whether getUpdated and getDeleted serve it."""
        return self.queryable and (self.has("IsDeleted") or self.never_in_bin)

    @property
    def custom(self) -> bool:
        """Whether an admin made it."""
        return self.name.endswith("__c")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by lower-case name."""
        return {each.name.lower(): each for each in self.fields}

    @cached_property
    def by_relationship(self) -> dict[str, Field]:
        """Reference fields by lower-case relationship name."""
        return {each.relationship.lower(): each for each in self.fields if each.relationship is not None}

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """Fields that have a column."""
        return tuple(each for each in self.fields if each.stored)

    def field(self, name: str) -> Field | None:
        """Return the field called ``name`` in any case, or None."""
        return self.by_name.get(name.lower())

    def has(self, name: str) -> bool:
        """Whether there is a field of that name."""
        return name.lower() in self.by_name


def text(name: str, label: str, length: int = 255, **more: object) -> Field:
    """Return a single-line text."""
    return _field(name, label, "string", length=length, **more)


def area(name: str, label: str, length: int = 32_000, **more: object) -> Field:
    """Return a text of several lines; ``html=True`` makes it rich text."""
    return _field(name, label, "textarea", length=length, filterable=length <= 255, **more)


def picklist(name: str, label: str, values: Iterable[str], **more: object) -> Field:
    """Return a picklist."""
    return _field(name, label, "picklist", length=255, values=tuple(values), **more)


def multipicklist(name: str, label: str, values: Iterable[str], **more: object) -> Field:
    """Return a multi-select picklist, stored joined by semicolons."""
    return _field(name, label, "multipicklist", length=4099, values=tuple(values), precision=4, **more)


def email(name: str, label: str) -> Field:
    """Return an e-mail field."""
    return _field(name, label, "email", length=80)


def phone(name: str, label: str) -> Field:
    """Return a phone field: any text of up to 40 characters."""
    return _field(name, label, "phone", length=40)


def url(name: str, label: str) -> Field:
    """Return a URL field."""
    return _field(name, label, "url", length=255)


def boolean(name: str, label: str, **more: object) -> Field:
    """Return a checkbox: never null."""
    return _field(name, label, "boolean", nillable=False, **more)


def integer(name: str, label: str) -> Field:
    """Return a whole number of up to eight digits."""
    return _field(name, label, "int", digits=8)


def double(name: str, label: str, precision: int = 18, scale: int = 0, **more: object) -> Field:
    """Return a number."""
    return _field(name, label, "double", precision=precision, scale=scale, **more)


def currency(name: str, label: str, scale: int = 2, **more: object) -> Field:
    """Return an amount of money."""
    return _field(name, label, "currency", precision=18, scale=scale, **more)


def percent(name: str, label: str) -> Field:
    """Return a percentage."""
    return _field(name, label, "percent", precision=3)


def date(name: str, label: str, **more: object) -> Field:
    """Return a calendar day."""
    return _field(name, label, "date", **more)


def moment(name: str, label: str, **more: object) -> Field:
    """Return a datetime, kept in UTC."""
    return _field(name, label, "datetime", **more)


def reference(name: str, label: str, *to: str, relationship: str | None = None, **more: object) -> Field:
    """Return a lookup. Its relationship is named after it: `OwnerId` gives `Owner`, `Ucet__c` gives `Ucet__r`."""
    named = name[:-3] + "__r" if name.endswith("__c") else name.removesuffix("Id")
    return _field(name, label, "reference", length=18, reference_to=to, relationship=relationship or named, **more)


def address(prefix: str, label: str) -> tuple[Field, ...]:
    """Return the compound address with its parts."""
    compound = f"{prefix}Address"
    sizes = {"Street": 255, "City": 40, "State": 80, "PostalCode": 20, "Country": 80}
    parts = [
        _field(
            f"{prefix}{part}",
            f"{label} {part}".strip(),
            "textarea" if part == "Street" else "string",
            length=size,
            compound=compound,
        )
        for part, size in sizes.items()
    ]
    whole = _field(
        compound, f"{label} Address".strip(), "address", parts=tuple(sizes), filterable=False, writable=False
    )
    return (*parts, whole)


def person_name(prefix: str = "", *, stored_compound: str = "Name") -> tuple[Field, ...]:
    """Return LastName, FirstName, Salutation and the Name that Salesforce joins from them."""
    joined = "trim(coalesce({t}.\"FirstName\" || ' ', '') || coalesce({t}.\"LastName\", ''))"
    return (
        text("LastName", f"{prefix}Last Name", 80, compound=stored_compound, nillable=False),
        text("FirstName", f"{prefix}First Name", 40, compound=stored_compound),
        picklist("Salutation", "Salutation", ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof."), compound=stored_compound),
        text("Name", "Full Name", 121, sql=joined, name_field=True, nillable=False, writable=False),
    )


def system_fields(label: str, *, owner: tuple[str, ...] = ("User",), merges_into: str | None = None) -> list[Field]:
    """Return the fields of every ordinary sObject; ``owner`` is empty for objects without an owner."""
    fixed = {"nillable": False, "writable": False}
    found = [_field("Id", f"{label} ID", "id", length=18, **fixed), boolean("IsDeleted", "Deleted", writable=False)]
    if merges_into is not None:
        found.append(
            reference("MasterRecordId", "Master Record ID", merges_into, relationship="MasterRecord", writable=False)
        )
    if owner:
        found.append(reference("OwnerId", "Owner ID", *owner, nillable=False))
    return [
        *found,
        moment("CreatedDate", "Created Date", **fixed),
        reference("CreatedById", "Created By ID", "User", relationship="CreatedBy", **fixed),
        moment("LastModifiedDate", "Last Modified Date", **fixed),
        reference("LastModifiedById", "Last Modified By ID", "User", relationship="LastModifiedBy", **fixed),
        moment("SystemModstamp", "System Modstamp", **fixed),
    ]


def _field(name: str, label: str, kind: str, **more: object) -> Field:
    return Field(name=name, label=label, type=kind, **more)  # type: ignore[arg-type]  # the constructors' shared extras
