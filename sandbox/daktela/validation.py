"""Turns the body of a write into columns to store, or into the reasons to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.daktela.custom_fields import CustomField, form
from sandbox.daktela.models import CRM_RECORDS_TYPES, MODELS, Field, FieldType, Model
from sandbox.daktela.rendering import place
from sandbox.daktela.store import Record, Store
from sandbox.daktela.switches import Switches
from sandbox.daktela.values import fitting, is_moment, scalar_text, stored_text, stored_values

NAME_LENGTH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refused field. ``path`` is ``title`` or ``customFields.email``; ``code`` selects the message."""

    path: str
    code: str


@dataclass(slots=True, kw_only=True)
class Draft:
    """A write that is being checked: the columns to store, and the problems."""

    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, list[str]] | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, code: str) -> None:
        """Add one problem."""
        self.problems.append(Problem(path=path, code=code))


class Validator:
    """Checks the writes of one model according to the present switches."""

    def __init__(self, store: Store, switches: Switches, model: Model) -> None:
        self._store = store
        self._switches = switches
        self._model = model

    def draft(self, body: Mapping[str, Any], existing: Record | None = None) -> Draft:
        """Return the columns of a new record, or of ``existing`` after the write, with all problems."""
        draft = Draft()
        whole = existing is None or self._switches.put_mode == "replacing"
        for known in self._model.fields:
            if known.writable and (whole or known.name in body):
                self._field(draft, known, body)
        after = {**(existing.values if existing else {}), **draft.values}
        self._title(draft, after)
        self._status(draft, after)
        self._custom(draft, body, existing, place(self._model, after))
        return draft

    def _field(self, draft: Draft, known: Field, body: Mapping[str, Any]) -> None:
        try:
            value = (
                _reference(body.get(known.name))
                if known.kind is FieldType.REFERENCE
                else scalar_text(body.get(known.name))
            )
        except TypeError:
            draft.refuse(known.name, "invalid")
            return
        if value is not None and known.kind is FieldType.TEXT:
            value = stored_text(value, self._switches)
        draft.values[known.name] = value
        if value is None or not value.strip():
            self._empty(draft, known, value, sent=known.name in body)
        elif known.longest is not None and len(value) > known.longest:
            draft.refuse(known.name, "too_long")
        elif known.kind is FieldType.REFERENCE and not self._store.exists(MODELS[known.target], value):
            draft.refuse(known.name, "foreign_key")
        elif known.choices and value not in known.choices:
            draft.refuse(known.name, "choice")
        elif known.kind is FieldType.TIMESTAMP and not is_moment(value):
            draft.refuse(known.name, "datetime")

    def _empty(self, draft: Draft, known: Field, value: str | None, *, sent: bool) -> None:
        if known.required and self._demanded(known.name):
            draft.refuse(known.name, "required")
        elif known.kind is FieldType.REFERENCE:
            draft.values[known.name] = None
        elif known.name == "action":
            draft.values[known.name] = "0"
        elif known.name == "firstname" and value is not None and self._switches.empty_firstname == "refused":
            draft.refuse(known.name, "too_short")
        elif known.name == "description":
            if value is not None and self._switches.empty_description == "refused":
                draft.refuse(known.name, "too_short")
            draft.values[known.name] = value if sent else ""

    def _demanded(self, name: str) -> bool:
        optional = {
            "title": self._switches.title_required,
            "lastname": self._switches.lastname_required,
            "database": self._switches.database_required,
        }
        return optional.get(name, True)

    def _title(self, draft: Draft, after: dict[str, Any]) -> None:
        if self._model.name != "contacts":
            return
        if self._switches.title_rewritten or not (after.get("title") or "").strip():
            made = " ".join(part for part in (after.get("firstname"), after.get("lastname")) if part)
            if made and not any(problem.path == "title" for problem in draft.problems):
                draft.values["title"] = made

    def _status(self, draft: Draft, after: Mapping[str, Any]) -> None:
        status, type_name = after.get("status"), after.get("type")
        if self._model.name != "crmRecords" or status is None or type_name is None:
            return
        kind = self._store.find(CRM_RECORDS_TYPES, type_name)
        offered = () if kind is None else kind.values["statuses"] or ()
        if status not in offered and not any(problem.path == "status" for problem in draft.problems):
            draft.refuse("status", "choice")

    def _custom(self, draft: Draft, body: Mapping[str, Any], existing: Record | None, place_name: str) -> None:
        sent = body.get("customFields")
        if sent == [] and self._switches.empty_custom_fields == "refused":
            draft.refuse("customFields", "invalid")
            return
        if sent is None or sent == []:
            sent = {}
        if not isinstance(sent, Mapping):
            draft.refuse("customFields", "invalid")
            return
        kept = {} if existing is None or self._switches.put_mode == "replacing" else dict(existing.custom)
        placed = form(self._model.name, place_name, removed=self._switches.removed_custom_field)
        for name, value in sent.items():
            self._custom_field(draft, kept, placed.get(name), name, value)
        draft.custom = {name: values for name, values in kept.items() if values}
        demanded = self._switches.required_custom_field
        if demanded in placed and demanded not in draft.custom:
            draft.refuse(f"customFields.{demanded}", "required")

    def _custom_field(
        self, draft: Draft, kept: dict[str, list[str]], known: CustomField | None, name: str, value: Any
    ) -> None:
        path = f"customFields.{name}"
        if known is None:
            if self._switches.unknown_custom_field == "refused":
                draft.refuse(path, "unknown")
            return
        if not isinstance(value, list) and value is not None and self._switches.bare_custom_value == "refused":
            draft.refuse(path, "invalid")
            return
        try:
            texts = [text for item in _items(value) if (text := scalar_text(item)) not in (None, "")]
        except TypeError:
            draft.refuse(path, "invalid")
            return
        kept[name] = self._values(draft, path, known, [text for text in texts if text is not None])

    def _values(self, draft: Draft, path: str, known: CustomField, texts: list[str]) -> list[str]:
        if len(texts) > 1 and not known.multiple and self._switches.several_on_single != "stored":
            if self._switches.several_on_single == "refused":
                draft.refuse(path, "several")
                return texts
            texts = texts[:1]
        if not all(fitting(known, text, self._switches) for text in texts):
            draft.refuse(path, known.type.lower())
            return texts
        return stored_values(known, texts, self._switches)


def check_name(name: object) -> str | None:
    """Return the problem's code of a name in a create, None for a valid name."""
    if not isinstance(name, str) or not name.strip():
        return "invalid"
    return "too_long" if len(name) > NAME_LENGTH else None


def _reference(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("name")
    return scalar_text(value) or None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
