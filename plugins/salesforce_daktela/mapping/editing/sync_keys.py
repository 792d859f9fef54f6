"""Single keys of a ``sync.yaml`` read and set; everything else of the file stays as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.editing.applying import apply, open_text
from salesforce_daktela.mapping.editing.edits import Edit, Insert, SetValue
from salesforce_daktela.mapping.language.grammar import SYNC
from salesforce_daktela.mapping.problems import MappingError

ORDER = tuple(SYNC.kinds)


def read_keys(text: str) -> dict[str, str]:
    """Return the texts of the top level's keys that have a single value; none of a file that is no YAML of ours."""
    try:
        _, tree = open_text(text)
    except MappingError:
        return {}
    found = {entry.name: entry.value for entry in tree.entries}
    return {
        name: node.value
        for name, node in found.items()
        if name is not None and node.kind == "value" and node.type != "null"
    }


def set_keys(text: str, values: Mapping[str, str], *, file: str = "the file") -> str:
    """Return the text with these keys set; new ones come where the language's order has them.

    Raises MappingError and EditError as ``apply`` does.
    """
    _, tree = open_text(text, file=file)
    names = [entry.name for entry in tree.entries if entry.name is not None]
    edits: list[Edit] = []
    for name, value in values.items():
        if name in names:
            edits.append(SetValue((name,), value))
            continue
        before = [known for known in ORDER[: ORDER.index(name)] if known in names]
        edits.append(Insert((name,), value, before[-1] if before else None))
        names.append(name)
    return apply(text, edits, file=file)
