"""Lists all switches of both sides as Markdown, for ``docs/sandbox.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.daktela.switches import Switches
from sandbox.salesforce.switches import describe_switches

HEAD = ("| switch | meaning | settings | where the doubt comes from |", "|---|---|---|---|")


def switch_list() -> str:
    """Return two tables, Salesforce's and Daktela's; default settings are in bold."""
    return "\n".join(
        [
            "### Salesforce\n",
            *_table(describe_switches()),
            "\n### Daktela\n",
            *_table(Switches().described()),
            "",
        ]
    )


def _table(switches: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from HEAD
    for name, switch in switches.items():
        yield f"| `{name}` | {switch['about']} | {_settings(switch)} | {switch['source']} |"


def _settings(switch: Mapping[str, Any]) -> str:
    default = switch["default"]
    choices = switch["allowed"] or ([True, False] if isinstance(default, bool) else [])
    if not choices:
        return f"**{_shown(default)}**"
    chosen = default if isinstance(default, tuple) else (default,)
    return ", ".join(f"**{_shown(choice)}**" if choice in chosen else _shown(choice) for choice in choices)


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if value in ("", ()):
        return "none"
    return ", ".join(f"`{each}`" for each in value) if isinstance(value, tuple) else str(value)
