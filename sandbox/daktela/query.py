"""Turns bracketed keys of a query string or form, ``a[0][b]=c``, into nested values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the pairs as nested dicts. Keys are texts, ``a[]`` counts up, the last value of a repeated key counts."""
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
    """Whether a nested value is a list with numbers as keys: ``x[0]=..&x[1]=..``."""
    return isinstance(value, Mapping) and bool(value) and all(key.isdigit() for key in value)


def listed(value: Any) -> list[Any]:
    """Return a numbered value as a list in the order of its numbers, anything else as a list of one."""
    if value is None:
        return []
    if is_numbered(value):
        return [value[key] for key in sorted(value, key=int)]
    return list(value) if isinstance(value, list) else [value]


def unnumbered(value: Any) -> Any:
    """Return nested values with every numbered dict turned into a list, as in JSON."""
    if is_numbered(value):
        return [unnumbered(item) for item in listed(value)]
    if isinstance(value, Mapping):
        return {key: unnumbered(item) for key, item in value.items()}
    return value
