"""The fields of one record, from Salesforce's values by each step to what Daktela gets. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from salesforce_daktela.mapping.engine.trace import FieldTrace
from salesforce_daktela.mapping.model import LINK, Constant, FieldRule, MappingSpec
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.ui.code_words import words_of_code
from salesforce_daktela.ui.problem_lines import page_address
from salesforce_daktela.ui.wording import Words

LONGEST = 2_000
"""Characters of one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value with the name of what it is the value of; ``empty`` ones have words instead of a text."""

    name: str
    text: str
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One Daktela field. ``problem`` may be empty; ``address`` is its row on the step Map."""

    target: str
    before: tuple[Shown, ...]
    after: Shown
    note: str
    problem: str
    steps: tuple[Shown, ...]
    address: str


def show_fields(
    mapping: MappingSpec,
    traces: Sequence[FieldTrace],
    values: Mapping[str, Any],
    body: Mapping[str, Any],
    looked_up: Mapping[str, str],
    words: Words,
) -> tuple[FieldView, ...]:
    """Return the fields in the order of the mapping. ``looked_up`` says in which mappings, or among users."""
    order = [rule.target for rule in mapping.fields]
    targets = {f"{mapping.name}.yaml": order}
    rules = {rule.target: rule for rule in mapping.fields}
    held = {path.lower(): value for path, value in values.items()}
    return tuple(
        FieldView(
            target=trace.target,
            before=_before(rules[trace.target], held, words),
            after=_after(trace, body, words),
            note=_note(looked_up.get(trace.target, ""), words),
            problem=say_problem(trace.problem, words),
            steps=tuple(show_value(name, value, words) for name, value in trace.steps),
            address=page_address(f"{mapping.name}.yaml", f"fields.{trace.target}", targets),
        )
        for trace in sorted(traces, key=lambda trace: order.index(trace.target))
    )


def _before(rule: FieldRule, values: Mapping[str, Any], words: Words) -> tuple[Shown, ...]:
    """The values of the Salesforce fields that a rule reads, and its constants."""
    _ = words.gettext
    constants = [source for source in rule.sources if isinstance(source, Constant)]
    paths = [path for path in dict.fromkeys(rule_paths(rule.sources)) if path != LINK]
    read = [show_value(path, values.get(path.lower()), words) for path in paths]
    return (*read, *(show_value(_("constant"), source.value, words) for source in constants))


def _after(trace: FieldTrace, body: Mapping[str, Any], words: Words) -> Shown:
    """What Daktela would get. What is not in the request is the result of the rule."""
    outer, _, inner = trace.target.partition(".")
    held = body.get(outer)
    if inner and isinstance(held, Mapping) and inner in held:
        return show_value(trace.target, held[inner], words)
    if not inner and outer in body:
        return show_value(trace.target, held, words)
    return show_value(trace.target, dict(trace.steps).get("result"), words)


def _note(looked_up: str, words: Words) -> str:
    _ = words.gettext
    if not looked_up:
        return ""
    if looked_up == "users":
        return _("A user of Daktela, looked up when it is loaded")
    return _("A record of %(mapping)s, looked up when it is loaded") % {"mapping": looked_up.replace(",", ", ")}


def show_value(name: str, value: Any, words: Words) -> Shown:
    """Return a value as text; letters that are not to be seen are written out."""
    _ = words.gettext
    text = _text(value)
    if text == "":
        return Shown(name=name, text=_("empty"), empty=True)
    visible = "".join(letter if letter.isprintable() or letter in "\n\t" else ascii(letter)[1:-1] for letter in text)
    return Shown(name=name, text=visible if len(visible) <= LONGEST else f"{visible[:LONGEST]}…", empty=False)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ", ".join(_text(item) for item in value)
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case _:
            return str(value)


def say_problem(code: str | None, words: Words) -> str:
    """Return what a code means and what to do, empty for none."""
    if not code:
        return ""
    said = words_of_code(code, words)
    return f"{said.what} {said.todo}"
