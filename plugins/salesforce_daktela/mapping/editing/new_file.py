"""Files from nothing, in the style of those that are shipped."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.mapping.editing.block import write_key
from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.model import Entity

STEP = 2


def new_mapping(
    *, sobject: str, entity: Entity, key: str, fields: Mapping[str, Value], settings: Mapping[str, Value] | None = None
) -> str:
    """Return the text of a mapping file.

    ``settings`` are further keys of the file, in their order before ``fields``; ``on_delete`` and ``reject_above`` are
    written out at the end, so that whoever reads the file sees them. Raises ValueError for values no file can hold.
    """
    given = dict(settings or {})
    last = {name: given.pop(name, usual) for name, usual in (("on_delete", "keep"), ("reject_above", "1%"))}
    head: dict[str, Value] = {"salesforce": sobject, "daktela": entity.value, "key": key, **given}
    rules = [f"{' ' * STEP}{line}" for name, rule in fields.items() for line in _rule(name, rule)]
    return "".join(f"{line}\n" for line in [*_lines(head), "fields:", *rules, *_lines(last)])


def new_sync(settings: Mapping[str, Value]) -> str:
    """Return the text of a ``sync.yaml`` with these keys in this order."""
    return "".join(f"{line}\n" for line in _lines(settings))


def _lines(settings: Mapping[str, Value]) -> list[str]:
    return [line for name, value in settings.items() for line in write_key(name, value, 0, STEP)]


def _rule(name: str, rule: Value) -> list[str]:
    first, *below = write_key(name, rule, STEP, STEP)
    return [first, *(line[STEP:] for line in below)]
