"""What a transform is given in a file, as options by their names, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Call
from salesforce_daktela.mapping.transforms.definition import Transform

TABLE = "table"
"""The main option that is itself a map: what is given is the table, never options by name."""


def options_of(call: Call, transform: Transform) -> dict[str, Value]:
    """Return the options of a call. Raises ValueError for a value alone where the transform has no main option."""
    if call.given is None:
        return {}
    if isinstance(call.given, dict) and transform.main != TABLE:
        return dict(call.given)
    if transform.main is None:
        raise ValueError(f"{transform.name} takes no such value")
    return {transform.main: call.given}


def call_with(options: Mapping[str, Value], transform: Transform, *, before: Call | None = None) -> Call:
    """Return a call with these options: the main one alone where there are no others, as people write it.

    Where the call ``before`` names its options, so does this one.
    """
    named = before is not None and isinstance(before.given, dict) and transform.main != TABLE
    alone = options.get(transform.main) if transform.main is not None and len(options) == 1 else None
    if not options or (alone is not None and not named):
        return Call(transform.name, alone)
    return Call(transform.name, dict(options))
