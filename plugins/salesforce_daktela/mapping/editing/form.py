"""One mapping file as a form: a row for each field, the settings of the file, and what no control can show."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_daktela.mapping.editing.applying import open_text
from salesforce_daktela.mapping.editing.controls import RULE, SETTINGS, Control, names
from salesforce_daktela.mapping.editing.edits import Path, Value
from salesforce_daktela.mapping.editing.lines import BREAK
from salesforce_daktela.mapping.editing.plain import plain
from salesforce_daktela.mapping.editing.tree import Entry, Node

FIELDS = "fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshown:
    """What stands at ``path`` and has no control: its ``text`` in the file, which is left as it is, and its line."""

    path: Path
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A transform with what it is given: its main option, its options by name, a table, or None for nothing."""

    name: str
    given: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one Daktela field comes about; None and empty is what the file does not say.

    ``origin`` is the field's name in the file, None for a row that is new there. ``sources`` are field paths and
    templates as they are written, ``constant`` is one value or a list, ``values`` the value table by the texts of its
    keys.
    """

    target: str
    origin: str | None = None
    sources: tuple[str, ...] = ()
    constant: Value = None
    lookup: tuple[str, ...] = ()
    transforms: tuple[Call, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    default: Value = None
    on_missing: str | None = None
    when_empty: str | None = None
    on_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``settings`` are the file's other keys, those that it has; ``match`` and ``mappings`` are always lists in it."""

    settings: Mapping[str, Value]
    rows: tuple[Row, ...]
    unshown: tuple[Unshown, ...]


def read_form(text: str, *, controls: Mapping[str, Control] = SETTINGS, file: str = "the file") -> Form:
    """Return the form of any file that is YAML of ours, also of one with mistakes. Raises MappingError for others.

    ``controls`` are those of a mapping file, or ``SYNC`` for ``sync.yaml``, whose form has no rows.
    """
    return form_of(*open_text(text, file=file), controls)


def heirs_of(form: Form) -> dict[str, Value]:
    """The mappings whose records carry on records of this one, each with the field that holds their Ids."""
    found = form.settings.get("becomes")
    return dict(found) if isinstance(found, Mapping) else {}


def form_of(text: str, tree: Node, controls: Mapping[str, Control]) -> Form:
    """Return the form of a text whose tree is known."""
    reading = _Reading(text)
    settings: dict[str, Value] = {}
    rows: list[Row] = []
    for entry in tree.entries:
        if entry.name == FIELDS and FIELDS in controls and entry.value.kind == "map":
            rows = [row for each in entry.value.entries if (row := reading.row(each)) is not None]
        elif (found := reading.read((), entry, controls)) is not None:
            settings[str(entry.name)] = found
    return Form(settings=settings, rows=tuple(rows), unshown=tuple(reading.unshown))


def rule(row: Row) -> dict[str, Value]:
    """Return what a row says, by the keys of the language, in the order in which a person would write them."""
    keys: dict[str, Value] = {
        "lookup": _one_or_all(row.lookup),
        "from": _one_or_all(row.sources),
        "value": row.constant,
        "transforms": [call.name if call.given is None else {call.name: call.given} for call in row.transforms] or None,
        "values": dict(row.values) or None,
        "default": row.default,
        "on_missing": row.on_missing,
        "when_empty": row.when_empty,
        "on_error": row.on_error,
    }
    return {key: value for key, value in keys.items() if value is not None}


def _one_or_all(names: tuple[str, ...]) -> Value:
    return None if not names else names[0] if len(names) == 1 else list(names)


@dataclass(slots=True)
class _Reading:
    text: str
    unshown: list[Unshown] = field(default_factory=list)

    def row(self, entry: Entry) -> Row | None:
        """A row for a field, None for a field that no control can show."""
        name, node = entry.name, entry.value
        if name is not None and node.kind == "map":
            found = {str(each.name): self.read((FIELDS, name), each, RULE) for each in node.entries}
            return row_of(name, name, found)
        if name is not None:
            with contextlib.suppress(ValueError):
                return row_of(name, name, {"from": names(plain(node))})
        self._note((FIELDS,), entry)
        return None

    def read(self, path: Path, entry: Entry, controls: Mapping[str, Control]) -> Value:
        """The value of a key that has a control; None, and noted, for another."""
        try:
            return controls[entry.name or ""](plain(entry.value))
        except (KeyError, ValueError):
            self._note(path, entry)
            return None

    def _note(self, path: Path, entry: Entry) -> None:
        key = entry.name if entry.name is not None or entry.key is None else self.text[entry.key.start : entry.key.end]
        line = 1 + sum(1 for _ in BREAK.finditer(self.text, 0, entry.start))
        self.unshown.append(Unshown(path=(*path, str(key)), text=self.text[entry.start : entry.end], line=line))


def row_of(target: str, origin: str | None, found: Mapping[str, Value]) -> Row:
    """Return a row that says what ``rule`` gives back, of values that its controls have shown."""
    calls = [_call(item) for item in _list(found.get("transforms"))]
    table = found.get("values")
    return Row(
        target=target,
        origin=origin,
        sources=tuple(str(each) for each in _list(found.get("from"))),
        constant=found.get("value"),
        lookup=tuple(str(each) for each in _list(found.get("lookup"))),
        transforms=tuple(calls),
        values=table if isinstance(table, dict) else {},
        default=found.get("default"),
        **{key: _word(found.get(key)) for key in ("on_missing", "when_empty", "on_error")},
    )


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _word(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _call(item: Value) -> Call:
    if isinstance(item, dict):
        ((name, given),) = item.items()
        return Call(name, given)
    return Call(str(item))
