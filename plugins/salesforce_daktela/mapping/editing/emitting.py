"""Values as the YAML that the reader of mapping files reads back as just these values."""

from __future__ import annotations

import functools
import math
import re

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode

from salesforce_daktela.mapping.editing.edits import Bare, Value
from salesforce_daktela.mapping.editing.tree import TAG
from salesforce_daktela.mapping.render import plain_number

PLAIN = re.compile(r"(?:[^\W\d]|[$])[\w$.%/@+-]*(?: [\w$.%/@+-]+)*|\d+[smhd]|\d+(?:\.\d+)?%")
"""Texts that need no quotes, spans and shares among them; many more would not, but look as if they did."""
ELSEWHERE = re.compile(r"(?:y|n|yes|no|on|off)", re.IGNORECASE)
"""Texts to our reader, booleans to readers of YAML 1.1."""
SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
LONGEST_KEY = 1_000
"""Characters of a key, quotes and escapes among them; YAML allows 1024 before the colon."""


def emit(value: Value, style: str = "") -> str:
    """Return a value on one line; ``style`` is the quote that a text gets where it can.

    Raises ValueError, saying why, for what no mapping file can hold.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{emit_key(key)}: {emit(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(emit(inner) for inner in value) + "]"
    if isinstance(value, Bare):
        if resolved(value.text) not in ("int", "float", "timestamp"):
            raise ValueError("neither a number nor a date")
        return value.text
    return _text(value, style) if isinstance(value, str) else shape_of(value)[1]


def emit_key(name: str, style: str = "") -> str:
    """Return a key as it stands before its colon. Raises ValueError when it is too long for one."""
    written = _text(name, style)
    if len(written) > LONGEST_KEY:
        raise ValueError(f"a key of more than {LONGEST_KEY} characters")
    return written


def shape_of(value: str | float | bool | Bare | None) -> tuple[str, str]:
    """Return YAML's type of a single value and its text without quotes. Raises ValueError as ``emit`` does."""
    if isinstance(value, Bare):
        return resolved(value.text), value.text
    if isinstance(value, str):
        return "str", value
    if value is None:
        return "null", "null"
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    written = plain_number(value) if isinstance(value, float) else str(value)
    return "float" if "." in written else "int", written


@functools.lru_cache(maxsize=4096)
def resolved(text: str) -> str:
    """YAML's type of a text without quotes."""
    found = YAML(typ="rt", pure=True).resolver.resolve(ScalarNode, text, (True, False))
    return str(found).removeprefix(TAG)


def _text(text: str, style: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("half a character")
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    bare = PLAIN.fullmatch(text) and text.isprintable() and not ELSEWHERE.fullmatch(text)
    if bare and style != '"' and resolved(text) == "str":
        return text
    return '"' + "".join(SHORT.get(letter) or _escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"
