"""Parses the error formats of both generations of Daktela into one flat list of field errors. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_daktela.daktela.wire.errors import FieldError

WRAPPERS = ("primary", "errors", "error", "violations")
"""Keys that are not fields: they only wrap errors. Below ``form`` every key is a field."""

WHOLE = frozenset({"message", "code", "status", "type", "title", "detail", "instance"})
"""Keys of an error about the whole request, not about a field."""

DEEPEST = 12
"""Deeper nesting is cut: no field is so deep, and a reply must not exhaust the stack."""

SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""A valid name of a field. Any other key may be a customer's value, and is left out of the path."""


def parse_errors(body: object) -> tuple[FieldError, ...]:
    """Return the errors in the body of a refusal, each once, in order; empty when there are none."""
    if not isinstance(body, Mapping):
        return _unique(_walk(body, (), 0))
    found = declared_errors(body)
    if not found and "result" not in body:
        return _unique(_whole(body))
    return found


def declared_errors(body: object) -> tuple[FieldError, ...]:
    """Return the errors under the error keys of a body: only these count in a reply with a success status."""
    if not isinstance(body, Mapping):
        return ()
    found = [error for key in ("error", "errors") for error in _walk(body.get(key), (), 0)]
    if "violations" in body:
        found += _violations(body["violations"])
    return _unique(iter(found))


def _whole(body: Mapping[str, Any]) -> Iterator[FieldError]:
    for key in ("message", "detail", "title", "code"):
        if body.get(key):
            yield FieldError(path="", text=str(body[key]))
            return


def _violations(violations: object) -> Iterator[FieldError]:
    listed = list(violations.values()) if isinstance(violations, Mapping) else violations
    for violation in listed if isinstance(listed, list) else [listed]:
        if not any(_walk(violation, (), 1)):
            continue
        if isinstance(violation, Mapping) and violation.keys() & {"propertyPath", "message"}:
            path = _path((str(violation.get("propertyPath") or ""),))
            yield FieldError(path=path, text=str(violation.get("message", "")))
        else:
            yield from _walk(violation, (), 1)


def _walk(value: object, path: tuple[str, ...], depth: int, *, form: bool = False) -> Iterator[FieldError]:
    if value in (None, False, 0, "", [], {}):
        return
    if depth > DEEPEST:
        yield FieldError(path=_path(path))
    elif isinstance(value, Mapping):
        yield from _walk_map(value, path, depth, form=form)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path, depth + 1, form=form)
    else:
        yield FieldError(path=_path(path), text=str(value))


def _walk_map(value: Mapping[str, Any], path: tuple[str, ...], depth: int, *, form: bool) -> Iterator[FieldError]:
    if not form and not path and set(value) <= WHOLE and set(value) & {"message", "code"}:
        yield from _whole(value)
        return
    for key, inner in value.items():
        if key == "form" and not form and not path:
            yield from _walk(inner, path, depth + 1, form=True)
        elif key in WRAPPERS and not form and not path:
            yield from _violations(inner) if key == "violations" else _walk(inner, path, depth + 1)
        else:
            yield from _walk(inner, (*path, str(key)), depth + 1, form=form)


def _path(keys: tuple[str, ...]) -> str:
    """Join keys, which may have dots or brackets themselves; indexes of lists are left out."""
    return ".".join(segment for key in keys for segment in _segments(key))


def _segments(key: str) -> list[str]:
    segments = [segment for segment in re.split(r"[\[\].]+", key) if segment and not segment.isdecimal()]
    return segments if all(SEGMENT.fullmatch(segment) for segment in segments) else []


def _unique(found: Iterator[FieldError]) -> tuple[FieldError, ...]:
    return tuple({(error.path, error.text): error for error in found}.values())
