"""Every shape of error that Daktela's two generations send, as a flat list of field complaints. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_daktela.daktela.errors import FieldError

WRAPPERS = ("form", "primary", "errors", "error")
"""Levels that name no field: what is below them stands for itself."""

DEEPEST = 12
"""Nesting beyond this is cut: no field lies so deep, and a reply must not exhaust the stack."""


def parse_errors(body: object) -> tuple[FieldError, ...]:
    """Return the complaints in a reply's body, each once, in order; empty when it carries none."""
    if not isinstance(body, Mapping):
        return ()
    if "violations" in body:
        return tuple(_violations(body["violations"])) or (FieldError(path="", text=str(body.get("detail", ""))),)
    found = [error for key in ("error", "errors") for error in _walk(body.get(key), "", 0)]
    if not found and "result" not in body and any(key in body for key in ("message", "title", "detail")):
        found = [FieldError(path="", text=str(body.get("message") or body.get("detail") or body.get("title")))]
    return tuple({(error.path, error.text): error for error in found}.values())


def _violations(violations: Any) -> Iterator[FieldError]:
    listed = violations.values() if isinstance(violations, Mapping) else violations
    for violation in listed if isinstance(listed, list) or not isinstance(listed, str) else []:
        if isinstance(violation, Mapping):
            path = str(violation.get("propertyPath") or "").replace("[", ".").replace("]", "").strip(".")
            yield FieldError(path=path, text=str(violation.get("message", "")))


def _walk(value: object, path: str, depth: int) -> Iterator[FieldError]:
    if value is None or value is False or value in ("", [], {}):
        return
    if depth > DEEPEST:
        yield FieldError(path=path)
    elif isinstance(value, Mapping):
        if set(value) & {"message", "code"} and not any(isinstance(v, Mapping | list) for v in value.values()):
            yield FieldError(path=path, text=str(value.get("message", value.get("code"))))
            return
        for key, inner in value.items():
            below = path if key in WRAPPERS and not path else f"{path}.{key}".strip(".")
            yield from _walk(inner, below, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path, depth + 1)
    else:
        yield FieldError(path=path, text=str(value))
