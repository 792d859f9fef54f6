"""What a key of a YAML file may hold: each kind reads a written value and describes itself as JSON Schema.

``read`` takes what YAML holds, never null, and returns the value for the model. It raises RefusedValueError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from salesforce_daktela.mapping.language.section import kind_of
from salesforce_daktela.mapping.language.text_checks import Check
from salesforce_daktela.mapping.problems import nearest

Schema = dict[str, Any]
NEVER = "never"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST_SPAN = timedelta(days=7)
SPAN = r"(\d{1,6})\s*([smhd])"
PERCENTAGE = r"0*(100(\.0*)?|\d{1,2}(\.\d*)?|\.\d+)\s*%"


class RefusedValueError(ValueError):
    """A value that its key cannot hold: what is wrong and what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


class ValueKind(Protocol):
    """What one key may hold."""

    def read(self, written: Any) -> Any:
        """Return the value for the model."""

    def schema(self) -> Schema:
        """Return a JSON Schema of draft 7 that an editor checks the value with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text. ``check`` returns what is wrong with it and what to do; ``pattern`` is as much of that as a regex can."""

    check: Check = lambda _: None
    pattern: str = r"\S"

    def read(self, written: Any) -> str:
        """Return the text."""
        if not isinstance(written, str):
            raise RefusedValueError(
                f"expected a text, found {kind_of(written)}", "put it in quotes if it is meant as text"
            )
        problem = self.check(written) or (None if written.strip() else ("is empty", "write a text, or remove the line"))
        if problem is not None:
            raise RefusedValueError(*problem)
        return str(written)

    def schema(self) -> Schema:
        """Return a text that matches ``pattern``."""
        return {"type": "string", "pattern": self.pattern}


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of several; ``noun`` is what a message calls them."""

    choices: Sequence[str]
    noun: str = "value"

    def read(self, written: Any) -> str:
        """Return the word."""
        word = Text().read(written)
        if word not in self.choices:
            raise RefusedValueError(f"unknown {self.noun} {word}", nearest(word, self.choices))
        return word

    def schema(self) -> Schema:
        """Return the words."""
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number from ``least`` to ``most``, both allowed; without a fraction if ``whole``."""

    least: float
    most: float
    whole: bool = False

    def read(self, written: Any) -> float:
        """Return an int if ``whole``, else a float."""
        fits = isinstance(written, int if self.whole else int | float) and not isinstance(written, bool)
        if not fits or not self.least <= written <= self.most:
            number = "a whole number" if self.whole else "a number"
            raise RefusedValueError(
                f"expected {number} from {self.least:.15g} to {self.most:.15g}", "write a number in this range"
            )
        return int(written) if self.whole else float(written)

    def schema(self) -> Schema:
        """Return the type and the bounds."""
        return {"type": "integer" if self.whole else "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage, read as a share: ``1%`` is 0.01. Where ``count`` is given, a bare number is read as that."""

    count: Number | None = None

    def read(self, written: Any) -> float:
        """Return a share from 0 to 1, or the count."""
        if self.count is not None and isinstance(written, int):
            return self.count.read(written)
        text = str(written).strip()
        if not re.fullmatch(PERCENTAGE, text):
            other = "" if self.count is None else ", or write a number of calls"
            raise RefusedValueError("expected a percentage from 0% to 100%", f"write it like 1%, or 0.5%{other}")
        return float(text.removesuffix("%")) / 100

    def schema(self) -> Schema:
        """Return the pattern of a percentage, or the bounds of a count."""
        share = {"type": "string", "pattern": rf"^\s*{PERCENTAGE}\s*$"}
        return share if self.count is None else {"anyOf": [share, self.count.schema()]}


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, ``30s``, ``10m``, ``2h`` or ``1d``, of at most ``LONGEST_SPAN``."""

    def read(self, written: Any) -> timedelta:
        """Return the span."""
        text = Text().read(written)
        found = re.fullmatch(SPAN, text.strip())
        span = None if found is None else timedelta(**{UNITS[found.group(2)]: int(found.group(1))})
        if span is None or span > LONGEST_SPAN:
            advice = f"write it like 30s, 10m, 2h or 1d, at most {LONGEST_SPAN.days}d"
            raise RefusedValueError(f"{text!r} is not a span of time", advice)
        return span

    def schema(self) -> Schema:
        """Return the pattern, without the longest."""
        return {"type": "string", "pattern": rf"^\s*{SPAN}\s*$"}


@dataclass(frozen=True, slots=True)
class OrNever:
    """What ``kind`` reads, or the word ``never``."""

    kind: ValueKind

    def read(self, written: Any) -> Any:
        """Return the value, None for ``never``."""
        if written == NEVER:
            return None
        try:
            return self.kind.read(written)
        except RefusedValueError as exc:
            raise RefusedValueError(exc.what, f"{exc.advice}, or {NEVER}") from exc

    def schema(self) -> Schema:
        """Return both."""
        return {"anyOf": [self.kind.schema(), {"const": NEVER}]}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, written: Any) -> bool:
        """Return the boolean."""
        if not isinstance(written, bool):
            raise RefusedValueError(f"expected true or false, found {kind_of(written)}", "write true or false")
        return written

    def schema(self) -> Schema:
        """Return the type."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class NameList:
    """A list of names; a single name counts as a list of one."""

    def read(self, written: Any) -> tuple[str, ...]:
        """Return the names in their order."""
        listed = written if isinstance(written, CommentedSeq) else [written]
        if not all(isinstance(item, str) for item in listed):
            raise RefusedValueError("expected a list of names", "write it like [one, two]")
        return tuple(str(item) for item in listed)

    def schema(self) -> Schema:
        """Return a name, or a list of names."""
        return {"type": ["array", "string"], "items": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class NumberList:
    """A list of numbers; a single number counts as a list of one."""

    number: Number

    def read(self, written: Any) -> tuple[Any, ...]:
        """Return the numbers in their order."""
        listed = written if isinstance(written, CommentedSeq) else [written]
        return tuple(self.number.read(item) for item in listed)

    def schema(self) -> Schema:
        """Return a number, or a list of numbers."""
        return {"anyOf": [self.number.schema(), {"type": "array", "items": self.number.schema()}]}


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of their own, one level deeper; ``required`` are those that cannot be left out."""

    kinds: Mapping[str, ValueKind]
    required: tuple[str, ...] = ()

    def read(self, written: Any) -> CommentedMap:
        """Return the level below, whose values ``read_keys`` reads: their problems have positions of their own."""
        if not isinstance(written, CommentedMap):
            raise RefusedValueError(f"expected keys one level deeper, found {kind_of(written)}", "see docs/mapping.md")
        return written

    def schema(self, narrower: Mapping[str, Schema] | None = None) -> Schema:
        """Return the keys; ``narrower`` replaces the schemas of some of them."""
        known = narrower or {}
        return {
            "type": "object",
            "additionalProperties": False,
            "required": list(self.required),
            "properties": {key: known.get(key) or kind.schema() for key, kind in self.kinds.items()},
        }


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that code of its own reads, because it depends on more than its key."""

    def read(self, written: Any) -> Any:
        """Return it as YAML holds it."""
        return written

    def schema(self) -> Schema:
        """Return a schema that takes everything."""
        return {}
