"""The fields of the two connections, by the labels that Airflow's own form has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from salesforce_daktela.airflow.provider_info import get_provider_info
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from salesforce_daktela.errors import PipelineError


class System(StrEnum):
    """The two ends. The value is the type of their connections."""

    SALESFORCE = "salesforce"
    DAKTELA = "daktela"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``own`` is whether it is the connection's own or an extra; a ``secret`` is never shown again."""

    system: System
    name: str
    label: str
    own: bool
    secret: bool
    example: str


OWN = {"host": "Host", "login": "Login", "password": "Password"}
SECRETS = ("password", "private_key_file_path", "auth_header")
"""Fields that Airflow masks beside those of its form that are typed unseen: their names look like secrets to it."""

BY_KIND: Mapping[ErrorKind, str] = {
    ErrorKind.UNAUTHORIZED: "password",
    ErrorKind.FORBIDDEN: "password",
    ErrorKind.MISSING: "host",
    ErrorKind.REDIRECT: "host",
    ErrorKind.PROTOCOL: "host",
    ErrorKind.MISCONFIGURED: "host",
    ErrorKind.UNAVAILABLE: "host",
}


def _described() -> dict[System, tuple[Field, ...]]:
    types = {each["connection-type"]: each for each in get_provider_info()["connection-types"]}
    return {system: tuple(_fields(system, types[system.value])) for system in System}


def _fields(system: System, described: Mapping[str, Any]) -> list[Field]:
    behaviour = described["ui-field-behaviour"]
    labels = {**OWN, **behaviour["relabeling"]}
    found = [
        Field(
            system=system,
            name=name,
            label=labels[name],
            own=True,
            secret=name in SECRETS,
            example=behaviour["placeholders"].get(name, ""),
        )
        for name in OWN
        if name not in behaviour["hidden-fields"]
    ]
    return found + [
        Field(
            system=system,
            name=name,
            label=extra["label"],
            own=False,
            secret=name in SECRETS or extra["schema"].get("format") == "password",
            example=extra["description"],
        )
        for name, extra in described["conn-fields"].items()
    ]


FIELDS = _described()


def place_of(field: Field) -> str:
    """Return where a field stands on the page of the step Connect."""
    return f"{field.system}-{field.name}"


def choice_of(system: System) -> str:
    """Return where a connection is chosen on the page of the step Connect."""
    return f"choose-{system}"


def field_of(system: System, name: str) -> Field:
    """Return the field of that name. Raises StopIteration when there is none."""
    return next(field for field in FIELDS[system] if field.name == name)


def fields_to_change(system: System, trouble: PipelineError) -> tuple[Field, ...]:
    """Return the fields that a failure is about, in the form's order; none where it is about the connection as a whole.

    The sentences of failures name fields by their labels; those about an address or a token mean the field of it.
    """
    for said in _in_turn(trouble):
        named = [field for field in FIELDS[system] if _named(field.label.casefold(), said)]
        if named:
            return tuple(named)
    if isinstance(trouble, DaktelaError):
        name = BY_KIND.get(trouble.kind)
        return () if name is None else (field_of(system, name),)
    return (field_of(system, "host"),) if "address" in f"{trouble.what} {trouble.advice}" else ()


def _in_turn(trouble: PipelineError) -> list[str]:
    """Its sentences, the most certain first: advice on empty fields names all ways to sign in."""
    empty = "fields are empty" in trouble.what
    order = (trouble.where, trouble.what, trouble.advice) if empty else (trouble.where, trouble.advice, trouble.what)
    return [said.casefold() for said in order]


def _named(label: str, said: str) -> bool:
    """Whether a sentence names a label, and not a longer one that begins with it."""
    longer = [
        field.label.casefold()
        for fields in FIELDS.values()
        for field in fields
        if field.label.casefold() != label and field.label.casefold().startswith(label)
    ]
    for other in longer:
        said = said.replace(other, "")
    return label in said
