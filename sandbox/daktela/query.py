"""Bracketed keys of a query string or form, ``a[0][b]=c``, as nested values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the pairs as nested dicts; keys stay texts, ``a[]`` counts up, a repeated key keeps its last value."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        head, *rest = key.replace("]", "").split("[")
        node: dict[str, Any] = root
        path = [head, *rest]
        for part in path[:-1]:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                child = node[part] = {}
            node = child
        node[path[-1] or str(len(node))] = value
    return root


def is_numbered(value: Any) -> bool:
    """Tell whether a nested value is a list spelled with numbers: ``x[0]=..&x[1]=..``."""
    return isinstance(value, Mapping) and bool(value) and all(key.isdigit() for key in value)


def listed(value: Any) -> list[Any]:
    """Return a numbered value as a list in the order of its numbers, anything else as a list of one."""
    if value is None:
        return []
    if is_numbered(value):
        return [value[key] for key in sorted(value, key=int)]
    return list(value) if isinstance(value, list) else [value]


def unnumbered(value: Any) -> Any:
    """Return nested values with every numbered dict turned into a list: a form-encoded body as JSON would carry it."""
    if is_numbered(value):
        return [unnumbered(item) for item in listed(value)]
    if isinstance(value, Mapping):
        return {key: unnumbered(item) for key, item in value.items()}
    return value
