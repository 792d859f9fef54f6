"""Resolves a dotted path through relationships. Pure, except for the function ``describe`` that it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from salesforce_daktela.mapping.schema import FieldKind, SourceField
from salesforce_daktela.salesforce.schema.field_kinds import KINDS, NAME_FIELDS, UNREADABLE
from salesforce_daktela.spelling import listed, near_names

Described: TypeAlias = Mapping[str, Any]
SUGGESTIONS = 3
MOST_LEVELS = 5
HTML = ("HtmlBody", "HtmlValue")
"""Fields of EmailMessage and EmailTemplate: their describe does not say that they hold HTML."""


class UnknownPathError(LookupError):
    """``hints`` are up to three similar paths, or one sentence of advice."""

    def __init__(self, *hints: str) -> None:
        super().__init__(*hints)
        self.hints = hints


def find_field(describe: Callable[[str], Described], sobject: str, path: str) -> SourceField:
    """Return the field at the end of ``path``, in Salesforce's spelling. Raises UnknownPathError."""
    spelled, found = find_described(describe, sobject, path)
    if found["type"] in UNREADABLE:
        raise UnknownPathError(UNREADABLE[found["type"]])
    return SourceField(
        path=spelled,
        kind=KINDS.get(found["type"], FieldKind.TEXT),
        label=str(found.get("label") or ""),
        length=int(found.get("length") or 0),
        calculated=bool(found.get("calculated")),
        filterable=bool(found.get("filterable", True)),
        html=_holds_html(found),
        type=str(found["type"]),
        refers_to=tuple(found.get("referenceTo") or ()),
    )


def _holds_html(found: Described) -> bool | None:
    if found["name"] in HTML or found.get("htmlFormatted") or found.get("extraTypeInfo") == "richtextarea":
        return True
    return None if found.get("htmlFormatted") is None else False


def find_described(describe: Callable[[str], Described], sobject: str, path: str) -> tuple[str, Described]:
    """Return the path in Salesforce's spelling, and the field's describe. Raises UnknownPathError."""
    *parents, last = path.split(".")
    spelled, described, rest = find_parent(describe, sobject, parents, [last])
    if described is None:
        return _field_of_any(spelled, rest)
    by_name = {found["name"].lower(): found for found in described["fields"]}
    found = by_name.get(last.lower())
    if found is None:
        readable = (item["name"] for item in described["fields"] if item["type"] not in UNREADABLE)
        raise UnknownPathError(*_nearest(last, readable, spelled))
    if found["type"] == "id" and "name" in described:
        found = {**found, "referenceTo": [described["name"]]}
    return ".".join([*spelled, found["name"]]), found


def find_parent(
    describe: Callable[[str], Described], sobject: str, relationships: Sequence[str], rest: Sequence[str] = ()
) -> tuple[list[str], Described | None, list[str]]:
    """Return relationships in Salesforce's spelling, the describe of the object they lead to, and what is left of them.

    The describe is None where they lead to one of several objects, which ends the way; only there something is left.
    ``rest`` is what stands behind them. Raises UnknownPathError.
    """
    if len(relationships) > MOST_LEVELS:
        raise UnknownPathError(f"Salesforce reads at most {MOST_LEVELS} parents up: map a nearer field")
    described, spelled = describe(sobject), list[str]()
    for level, step in enumerate(relationships):
        left = [*relationships[level + 1 :], *rest]
        reference = _relationship(described, step, spelled, left)
        spelled.append(reference["relationshipName"])
        if is_polymorphic(reference):
            return spelled, None, left
        described = describe(reference["referenceTo"][0])
    return spelled, described, []


def is_polymorphic(reference: Mapping[str, Any]) -> bool:
    """Whether a reference leads to the object Name; it may do so even if only one object is possible.

    If describe does not say, the number of possible objects decides.
    Source: SOAP API Developer Guide, "Field", namePointing.
    """
    told = [reference.get(key) for key in ("namePointing", "polymorphicForeignKey")]
    return True in told or (told != [False, False] and len(reference["referenceTo"]) > 1)


def _field_of_any(spelled: Sequence[str], rest: Sequence[str]) -> tuple[str, Described]:
    known = {name.lower(): name for name in NAME_FIELDS}
    name = known.get(rest[0].lower()) if len(rest) == 1 else None
    if name is None:
        listed = ", ".join(NAME_FIELDS)
        raise UnknownPathError(f"{'.'.join(spelled)} may be one of several objects, so it only has {listed}")
    kind = "boolean" if NAME_FIELDS[name] is FieldKind.BOOLEAN else "string"
    return ".".join([*spelled, name]), {"name": name, "type": kind, "label": name, "htmlFormatted": False}


def _relationship(described: Described, name: str, spelled: Sequence[str], rest: Sequence[str]) -> Mapping[str, Any]:
    related = [item for item in described["fields"] if item.get("relationshipName") and item.get("referenceTo")]
    for item in related:
        if item["relationshipName"].lower() == name.lower():
            return dict(item)
    raise UnknownPathError(*_nearest(name, (item["relationshipName"] for item in related), spelled, rest))


def _nearest(name: str, known: Iterable[str], before: Sequence[str], after: Sequence[str] = ()) -> list[str]:
    """Return paths with a name similar to ``name``; if there is none, a sentence that lists names of its kind."""
    names = list(known)
    close = near_names(name, names, SUGGESTIONS)
    if close:
        return [".".join([*before, item, *after]) for item in close]
    custom = name.lower().endswith(("__c", "__r"))
    alike = [item for item in names if item.lower().endswith(("__c", "__r")) == custom]
    kind = "custom" if custom else "standard"
    has = f"the {kind} ones are {listed(alike)}" if alike else f"there are no {kind} ones"
    return [f"no name is spelled nearly like {name}; {has}; else check its field-level security"]
