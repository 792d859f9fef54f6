"""A mapping file as a tree in which everything knows the positions where it is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode
from ruamel.yaml.tokens import BlockEntryToken, FlowEntryToken, KeyToken, ValueToken

TAG = "tag:yaml.org,2002:"
KEPT = 32
"""Texts whose trees are kept: an edit begins with the text that the one before has left."""

LAST_BREAK = re.compile(r"(?:\r\n|[\n\r\x85])\Z")
LAST_BLANK_LINES = re.compile(r"(?:(?:\r\n|[\n\r\x85]) *)+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value or a key. ``text[start:end]`` is all of it, without the comments and blank lines that follow.

    ``lines`` tells that it is written on lines of its own: keys or items below each other, or a block of text.
    ``type`` is YAML's word for a single value (``str``, ``int``, ``null`` ...), ``value`` its text, ``style`` its
    quote.
    """

    kind: Literal["map", "list", "value"]
    start: int
    end: int
    lines: bool = False
    type: str = ""
    value: str = ""
    style: str = ""
    entries: tuple[Entry, ...] = ()

    def find(self, step: str | int) -> int | None:
        """The number of the entry with this key or number, None when there is none."""
        if self.kind == "list":
            return step if isinstance(step, int) and 0 <= step < len(self.entries) else None
        return next((n for n, each in enumerate(self.entries) if each.name is not None and each.name == step), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key with its value, or an item. ``start`` is where its dash, question mark or key stands.

    ``mark`` is the position behind its colon or dash, ``comma`` that of the comma after it; None where there is none.
    """

    start: int
    end: int
    value: Node
    key: Node | None = None
    mark: int | None = None
    comma: int | None = None

    @property
    def name(self) -> str | None:
        """The key's text, None for items and for keys that are no single value."""
        return self.key.value if self.key is not None and self.key.kind == "value" else None


@lru_cache(maxsize=KEPT)
def read_tree(text: str) -> Node:
    """Return the tree of a text that the reader of mapping files takes."""
    return _Builder(text, _Signs.of(text)).node(YAML(typ="rt", pure=True).compose(text))


@dataclass(slots=True)
class _Signs:
    """Positions of the signs that make the structure, in ascending order."""

    questions: list[int] = field(default_factory=list)
    colons: list[int] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)
    commas: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> _Signs:
        signs = cls()
        lists = {ValueToken: signs.colons, BlockEntryToken: signs.dashes, FlowEntryToken: signs.commas}
        for token in YAML(typ="rt", pure=True).scan(text):
            if type(token) in lists:
                lists[type(token)].append(token.start_mark.index)
            elif isinstance(token, KeyToken) and token.end_mark.index > token.start_mark.index:
                signs.questions.append(token.start_mark.index)
        return signs


def _first(positions: list[int], low: int, high: int) -> int | None:
    at = bisect_left(positions, low)
    return positions[at] if at < len(positions) and positions[at] < high else None


def _last(positions: list[int], low: int, high: int) -> int | None:
    at = bisect_left(positions, high) - 1
    return positions[at] if at >= 0 and positions[at] >= low else None


def _at_mark(value: Node, mark: int) -> Node:
    """A value that is not written stands at its mark; the parser has it before whatever comes next."""
    return replace(value, start=mark, end=mark) if value.start == value.end else value


@dataclass(frozen=True, slots=True)
class _Builder:
    text: str
    signs: _Signs

    def node(self, found: YamlNode) -> Node:
        if isinstance(found, MappingNode):
            return self._map(found)
        if isinstance(found, SequenceNode):
            return self._list(found)
        assert isinstance(found, ScalarNode)  # noqa: S101 the third and last kind
        return self._value(found)

    def _value(self, found: ScalarNode) -> Node:
        start, end, lines = found.start_mark.index, found.end_mark.index, found.style in ("|", ">")
        if lines:
            written = self.text[start:end]
            kept = "+" in written[:3]
            end = start + len((LAST_BREAK if kept else LAST_BLANK_LINES).sub("", written))
        return Node(
            kind="value",
            start=start,
            end=end,
            lines=lines,
            type=str(found.tag).removeprefix(TAG),
            value=found.value,
            style=found.style or "",
        )

    def _map(self, found: MappingNode) -> Node:
        start, entries = found.start_mark.index, list[Entry]()
        for raw_key, raw_value in found.value:
            before = entries[-1].end if entries else start
            key, value = self.node(raw_key), self.node(raw_value)
            colon = _first(self.signs.colons, key.end, value.start)
            question = _last(self.signs.questions, before, key.start)
            first = key.start if question is None else question
            mark = None if colon is None else colon + 1
            value = _at_mark(value, key.end if mark is None else mark)
            entries.append(Entry(start=first, end=max(value.end, mark or 0), key=key, value=value, mark=mark))
        return self._collection("map", found, entries)

    def _list(self, found: SequenceNode) -> Node:
        entries = list[Entry]()
        for raw in found.value:
            before = entries[-1].end if entries else found.start_mark.index
            item = self.node(raw)
            dash = None if found.flow_style else _last(self.signs.dashes, before, item.start)
            first, mark = (item.start, None) if dash is None else (dash, dash + 1)
            item = item if mark is None else _at_mark(item, mark)
            entries.append(Entry(start=first, end=max(item.end, mark or 0), value=item, mark=mark))
        return self._collection("list", found, entries)

    def _collection(
        self, kind: Literal["map", "list"], found: MappingNode | SequenceNode, entries: list[Entry]
    ) -> Node:
        start, end = found.start_mark.index, found.end_mark.index
        if not found.flow_style:
            return Node(kind=kind, start=start, end=entries[-1].end, lines=True, entries=tuple(entries))
        ends = [*(entry.start for entry in entries), end][1:]
        with_commas = [
            Entry(
                start=entry.start,
                end=entry.end,
                key=entry.key,
                value=entry.value,
                mark=entry.mark,
                comma=_first(self.signs.commas, entry.end, after),
            )
            for entry, after in zip(entries, ends, strict=True)
        ]
        return Node(kind=kind, start=start, end=end, entries=tuple(with_commas))
