"""Numbers and dates of a YAML file whose text would change when they are sent, kept with that text.

YAML reads ``1.10`` as a number, which would be sent as ``1.1``.
"""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, date
from typing import Any

from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.nodes import ScalarNode

from salesforce_daktela.mapping.render import render


class Spelled:
    """A value with the text it was written as. Two of them are equal when their texts are."""

    written: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spelled) and other.written == self.written

    def __hash__(self) -> int:
        return hash(self.written)


class SpelledInt(Spelled, int):
    """A whole number such as ``007`` or ``1_000``."""

    __eq__, __hash__ = Spelled.__eq__, Spelled.__hash__


class SpelledFloat(Spelled, float):
    """A number such as ``1.10`` or ``1e3``."""

    __eq__, __hash__ = Spelled.__eq__, Spelled.__hash__


class OneOrZero(int):
    """A whole number that Python takes for the same key as ``true`` or ``false``: here it is another one."""

    def __eq__(self, other: object) -> bool:
        return not isinstance(other, bool) and int(self) == other

    def __hash__(self) -> int:
        return hash(("number", int(self)))


class SpelledMoment(Spelled):
    """A date with a time, or a date in another form than ``2026-03-29``."""


class SpellingConstructor(RoundTripConstructor):
    """Builds what ruamel builds, and ``Spelled`` values where sending one would change its text."""

    def construct_number(self, node: ScalarNode) -> Any:
        """A number."""
        whole = str(node.tag).endswith("int")
        value = self.construct_yaml_int(node) if whole else self.construct_yaml_float(node)
        if not math.isfinite(value):
            return float(value)
        plain: int | float = int(value) if whole else float(value)
        if render(plain, UTC) == node.value:
            return OneOrZero(plain) if whole and plain in (0, 1) else plain
        spelled: SpelledInt | SpelledFloat = SpelledInt(plain) if whole else SpelledFloat(plain)
        spelled.written = node.value
        return spelled

    def construct_moment(self, node: ScalarNode) -> Any:
        """A date; a ``SpelledMoment`` for one with a time, or of a day that does not exist."""
        with contextlib.suppress(ValueError):
            value = self.construct_yaml_timestamp(node)
            if type(value) is date and value.isoformat() == node.value:
                return value
        spelled = SpelledMoment()
        spelled.written = node.value
        return spelled


for kind in ("int", "float"):
    SpellingConstructor.add_constructor(f"tag:yaml.org,2002:{kind}", SpellingConstructor.construct_number)
SpellingConstructor.add_constructor("tag:yaml.org,2002:timestamp", SpellingConstructor.construct_moment)
