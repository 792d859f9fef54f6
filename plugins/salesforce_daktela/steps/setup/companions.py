"""The files beside the mapping files that name mappings: the tests of mappings, and the lock file. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from ruamel.yaml.error import YAMLError

from salesforce_daktela.mapping.editing.emitting import emit
from salesforce_daktela.mapping.editing.splices import Splice, spliced
from salesforce_daktela.mapping.editing.tree import Node, read_tree
from salesforce_daktela.steps.preflight.schema_lock import LOCK, lock_document

Texts = Mapping[str, str | None]
"""Texts by file name below the sync's folder; None is a file that goes."""


def rename_in_companions(beside: Mapping[str, str], old: str, new: str) -> dict[str, str | None]:
    """Return the files that change when a mapping gets another name.

    The file of its tests gets the new name unless there is such a file; then it stays, and says in ``mapping`` whose
    tests it holds. A file that cannot be read is moved as it is.
    """
    changed: dict[str, str | None] = {}
    for name, text in beside.items():
        renamed = _lock_renamed(text, old, new) if name == LOCK else _tests_renamed(text, old, new)
        place = str(PurePosixPath(name).with_name(f"{new}.yaml"))
        if name == LOCK or PurePosixPath(name).stem != old or _tested(name, text) != old:
            changed |= {name: renamed} if renamed != text else {}
        elif place not in beside:
            changed |= {name: None, place: renamed}
        elif renamed == text:
            changed[name] = spliced(text, [Splice(0, 0, "mapping: " + emit(new) + "\n")])
        else:
            changed[name] = renamed
    return changed


def remove_from_companions(beside: Mapping[str, str], mapping: str) -> dict[str, str | None]:
    """Return the files that change when a mapping goes: its tests go, and so does its part of the lock file."""
    changed: dict[str, str | None] = {}
    for name, text in beside.items():
        if name != LOCK and _tested(name, text) == mapping:
            changed[name] = None
        elif name == LOCK and (left := _lock_without(text, mapping)) != text:
            changed[name] = left
    return changed


def _tested(name: str, text: str) -> str:
    """The mapping whose tests a file holds."""
    tree = _tree(text)
    said = None if tree is None else _inside(tree, "mapping")
    return PurePosixPath(name).stem if said is None or said.kind != "value" else said.value


def _tests_renamed(text: str, old: str, new: str) -> str:
    tree = _tree(text)
    if tree is None:
        return text
    places = [node for node in _names(tree) if node.kind == "value" and node.value == old]
    return spliced(text, [Splice(node.start, node.end, emit(new, node.style)) for node in places])


def _names(tree: Node) -> Iterator[Node]:
    """Where a test file names mappings: its own in ``mapping``, those of heirs as keys of ``becomes``."""
    if (own := _inside(tree, "mapping")) is not None:
        yield own
    tests = _inside(tree, "tests")
    for test in () if tests is None else tests.entries:
        heirs = _inside(test.value, "becomes")
        yield from () if heirs is None else (each.key for each in heirs.entries if each.key is not None)


def _inside(node: Node, key: str) -> Node | None:
    at = node.find(key) if node.kind == "map" else None
    return None if at is None else node.entries[at].value


def _tree(text: str) -> Node | None:
    try:
        return read_tree(text)
    except (YAMLError, AssertionError, ValueError, RecursionError):  # an assertion where there is no document at all
        return None


def _lock_renamed(text: str, old: str, new: str) -> str:
    return _lock_with(text, lambda name: new if name == old else name)


def _lock_without(text: str, mapping: str) -> str:
    return _lock_with(text, lambda name: None if name == mapping else name)


def _lock_with(text: str, named: Callable[[str], str | None]) -> str:
    """The lock file under other names, None for a mapping that goes; as it is where that changes or reads nothing."""
    try:
        lock = json.loads(text)
        found = {new: each for name, each in lock["mappings"].items() if (new := named(name)) is not None}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return text
    return text if found == lock["mappings"] else lock_document({**lock, "mappings": found})
