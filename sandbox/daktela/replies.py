"""The envelopes of Daktela: successes, lists, and refusals in many layouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.daktela.switches import Switches
from sandbox.daktela.validation import Problem

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "required": ("Vstup je povinný", "Item is mandatory"),
    "foreign_key": ("Chyba cizího klíče", "Foreign key error"),
    "email": ("E-mail není ve správném formátu", "E-mail is not in the correct format"),
    "phone": ("Telefon není ve správném formátu", "Phone number is not in the correct format"),
    "too_long": ("Hodnota je příliš dlouhá", "The value is too long"),
    "too_short": ("Hodnota je příliš krátká", "The value is too short"),
    "choice": ("Hodnota není v seznamu", "The value is not on the list"),
    "several": ("Pole nepovoluje více hodnot", "The field does not allow several values"),
    "unknown": ("Neznámé pole", "Unknown field"),
    "unique": ("Záznam s tímto názvem již existuje", "A record of this name exists already"),
}
_INVALID = ("Hodnota není ve správném formátu", "The value is not in the correct format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply. ``payload`` None is an empty body; ``html`` replaces JSON."""

    status: int
    payload: Mapping[str, Any] | None = None
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """Wraps results according to the present switches. ``now`` is the server's local time."""

    switches: Switches
    now: datetime
    zone: str

    def success(self, result: Any, status: int = 200) -> Reply:
        """Return a record, or any other value, as ``result``."""
        return Reply(status=status, payload=self._wrap({"result": result}, error=None))

    def rows(self, rows: Sequence[Mapping[str, Any]], names: Sequence[str], total: int | None) -> Reply:
        """Return a list; ``total`` None leaves the total out."""
        data: Any = list(rows) if self.switches.data_shape == "list" else dict(zip(names, rows, strict=True))
        if not data and self.switches.empty_map == "list":
            data = []
        result: dict[str, Any] = {"data": data}
        if total is not None and self.switches.total != "absent":
            spellings: Mapping[str, Any] = {"int": total, "string": str(total), "null": None}
            result["total"] = spellings[self.switches.total]
        return self.success(result)

    def failure(self, status: int, text: str) -> Reply:
        """Return an error without a field: a list of one text."""
        return Reply(status=status, payload=self._wrap({"result": None}, error=[text]))

    def missing(self) -> Reply:
        """Return the reply for a record that does not exist."""
        if self.switches.missing_object == "empty":
            return Reply(status=404)
        text = "Object not exist"
        error: Any = text if self.switches.missing_object == "text" else [text]
        status = self.switches.validation_status if self.switches.missing_object == "refused" else 404
        return Reply(status=status, payload=self._wrap({"result": None}, error=error))

    def refusal(self, problems: Sequence[Problem], echo: Mapping[str, Any]) -> Reply:
        """Return a refused write in the layout of the switches."""
        switches = self.switches
        shape = switches.error_shape
        if shape == "auto":
            shape = "form" if switches.validation_status == 400 else "violations"
        messages = [(problem.path, self._message(problem.code)) for problem in problems]
        if shape == "violations":
            return Reply(status=switches.validation_status, payload=_violations(messages, switches.validation_status))
        result = echo if switches.error_echo else None
        if shape == "errors":
            payload = self._wrap({"result": result}, error=None)
            payload.pop("error", None)
            payload["errors"] = {path: [text] for path, text in messages}
            return Reply(status=switches.validation_status, payload=payload)
        error = _layout(shape, messages)
        return Reply(status=switches.validation_status, payload=self._wrap({"result": result}, error=error))

    def _wrap(self, body: Mapping[str, Any], error: Any) -> dict[str, Any]:
        head: dict[str, Any] = {"error": error}
        if error is None:
            spellings: Mapping[str, dict[str, Any]] = {"list": {"error": []}, "null": {"error": None}, "absent": {}}
            head = spellings[self.switches.no_error]
        stamp = self.now.strftime("%Y-%m-%d %H:%M:%S")
        if not self.switches.envelope_zone:
            return head | dict(body) | {"_time": stamp}
        return head | dict(body) | {"_serverTime": stamp, "_time": stamp, "_timezone": self.zone}

    def _message(self, code: str) -> str:
        czech, english = _MESSAGES.get(code, _INVALID)
        return czech if self.switches.error_language == "cs" else english


def _layout(shape: str, messages: Sequence[tuple[str, str]]) -> Any:
    if shape == "text":
        return "; ".join(text for _, text in messages)
    if shape == "texts":
        return [text for _, text in messages]
    if shape == "form_flat":
        return {"form": dict(messages)}
    form: dict[str, Any] = {}
    for path, text in messages:
        head, _, rest = path.partition(".")
        if rest:
            nested = form.setdefault(head, {})
            nested[rest] = [text]
        else:
            form[head] = [text] if shape == "form_lists" else text
    return {"form": form}


def _violations(messages: Sequence[tuple[str, str]], status: int) -> dict[str, Any]:
    return {
        "status": status,
        "title": "An error occurred",
        "type": "https://tools.ietf.org/html/rfc2616#section-10",
        "detail": "\n".join(f"{path}: {text}" for path, text in messages),
        "instance": None,
        "violations": [{"propertyPath": path, "message": text} for path, text in messages],
    }
