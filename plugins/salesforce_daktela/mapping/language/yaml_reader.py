"""YAML with positions, and without what a mapping never needs: anchors, aliases, tags, merges, huge files."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.scanner import Scanner

from salesforce_daktela.mapping.language.spelled_scalars import SpellingConstructor
from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem

MOST_BYTES = 256 * 1024
MOST_NODES = 10_000
MOST_LEVELS = 20
"""Bytes of a file; keys and values in it, which cost a second to read; levels of nesting."""
TRUE_OR_FALSE = frozenset(("true", "True", "TRUE", "false", "False", "FALSE"))
"""The spellings of two keys."""
KEPT = 32
"""Texts whose keys are kept: whoever edits a file of a sync reads all of its files again, most of them as before."""
UNREADABLE = (
    YAMLError,
    YAMLStreamError,
    ValueError,
    RecursionError,
    OverflowError,
    LookupError,
    TypeError,
    AttributeError,
)


def read_yaml(path: Path, shown: str, problems: list[MappingProblem], *, columns: bool = False) -> CommentedMap | None:
    """Return a file's top level keys, None when it cannot be read; ``shown`` is the file's name in messages.

    A repeated key is a problem, and reading goes on. Every other mistake in the YAML ends it. With ``columns``
    problems tell the column, where they have one.
    """
    text = _text(path, shown, problems)
    return None if text is None else read_text(text, shown, problems, columns=columns)


def read_text(text: str, shown: str, problems: list[MappingProblem], *, columns: bool = False) -> CommentedMap | None:
    """Return what ``read_yaml`` returns, of a text without a byte order mark. Nobody may change what is returned."""
    keys, found = _parsed(text)
    for problem in found:
        column = problem.position.column if columns else 0
        problems.append(replace(problem, position=Position(shown, problem.position.line, column)))
    return keys


@lru_cache(maxsize=KEPT)
def _parsed(text: str) -> tuple[CommentedMap | None, tuple[MappingProblem, ...]]:
    """Return the keys and the problems of a text whose file has no name yet."""
    problems: list[MappingProblem] = []
    return _parse(text, "", problems), tuple(problems)


def _parse(text: str, shown: str, problems: list[MappingProblem]) -> CommentedMap | None:
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        problems.append(_problem(shown, 1, f"larger than {MOST_BYTES // 1024} kB", "split it"))
        return None
    found: list[MappingProblem] = []
    try:
        events = _supported(text, shown, found)
        problems += found
        return None if events is None else _load(events, shown, problems)
    except MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        what = " ".join(f"not YAML: {exc.problem or exc.context}".split())
        line, column = (1, 0) if mark is None else (mark.line + 1, mark.column + 1)
        problems.append(_problem(shown, line, what, _advice(text, line), column))
    except UNREADABLE as exc:
        problems.append(_problem(shown, 1, f"not YAML ({type(exc).__name__})", "save it as plain UTF-8 text"))
    return None


def _advice(text: str, line: int) -> str:
    """Name tabs, because they look like the spaces that YAML needs."""
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    indentation = written[: len(written) - len(written.lstrip())]
    return "use spaces, not tabs" if "\t" in indentation else "check quotes and indentation"


def _load(events: Sequence[Event], shown: str, problems: list[MappingProblem]) -> CommentedMap | None:
    yaml = _yaml()
    yaml.Parser = lambda **_: _Replay(events)
    yaml.Constructor = SpellingConstructor
    yaml.allow_duplicate_keys = True
    loaded: Any = yaml.load("")
    if isinstance(loaded, CommentedMap):
        return loaded
    problems.append(_problem(shown, 1, "the file has no keys", "see docs/mapping.md"))
    return None


def _yaml() -> YAML:
    """A reader that keeps positions. Comments are passed over: keeping them takes as long as all the rest."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Scanner, yaml.Parser = Scanner, Parser
    return yaml


class _Replay:
    """Stands in for ruamel's parser with events that were read before, so that a text is parsed once."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = deque(events)

    def check_event(self, *kinds: type[Event]) -> bool:
        """Whether there is another event, of one of these kinds if any are named."""
        return bool(self.events) and (not kinds or isinstance(self.events[0], kinds))

    def peek_event(self) -> Event:
        """The next event, which stays the next."""
        return self.events[0]

    def get_event(self) -> Event:
        """The next event."""
        return self.events.popleft()

    def dispose(self) -> None:
        """Nothing is to be given back."""


def _text(path: Path, shown: str, problems: list[MappingProblem]) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as exc:
        problems.append(_problem(shown, 1, f"cannot be read ({type(exc).__name__})", "save it as UTF-8 text"))
    return None


def _supported(text: str, shown: str, problems: list[MappingProblem]) -> list[Event] | None:
    """Return the text's events, None when reading must stop. Whatever a mapping must not use is a problem."""
    events: list[Event] = []
    directive = next((n for n, each in enumerate(text.splitlines(), 1) if each.startswith("%")), None)
    nodes, fatal, levels = 0, False, list[_Level]()
    repeated: list[MappingProblem] = []
    for event in _yaml().parse(text):
        events.append(event)
        nodes += isinstance(event, NodeEvent)
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if directive is not None and isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            what = "a directive changes how words and numbers are read"
            problems.append(_problem(shown, directive, what, "remove the line that begins with %"))
            return None
        over_limit = _over_limit(event, nodes, len(levels))
        if over_limit:
            problems.append(_problem(shown, line, *over_limit, column))
            return None
        unsupported = _unsupported(event)
        if unsupported:
            problems.append(_problem(shown, line, *unsupported, column))
            fatal = True
        first = _track_keys(levels, event, line)
        if first is not None:
            what = f"the key {getattr(event, 'value', '')} is in line {first} already"
            repeated.append(_problem(shown, line, what, "keep one of them", column))
    problems += repeated
    return None if fatal else events


def _over_limit(event: Event, nodes: int, depth: int) -> tuple[str, str] | None:
    if isinstance(event, CollectionStartEvent) and depth >= MOST_LEVELS:
        return f"nested deeper than {MOST_LEVELS} levels", "use four levels at most"
    if nodes > MOST_NODES:
        return f"more than {MOST_NODES} keys and values", "split it"
    if isinstance(event, DocumentStartEvent) and nodes:
        return "a second document", "remove the line `---`"
    return None


def _unsupported(event: Event) -> tuple[str, str] | None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        return "anchors and aliases are not allowed", "write the value itself"
    if getattr(event, "tag", None) not in (None, "!"):
        return "tags are not allowed", "remove the word that begins with an exclamation mark"
    if isinstance(event, ScalarEvent):
        if event.value == "<<" and event.style is None:
            return "merges are not allowed", "write the keys themselves"
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            return "an incomplete character", "write the whole character"
    return None


def _track_keys(levels: list[_Level], event: Event, line: int) -> int | None:
    """Keep ``levels`` up to date; return the line of a key's first appearance when its level has it already."""
    if isinstance(event, CollectionEndEvent):
        levels.pop()
    if not isinstance(event, NodeEvent):
        return None
    first = None
    if levels and levels[-1].takes_key() and isinstance(event, ScalarEvent):
        key = event.value.lower() if event.style is None and event.value in TRUE_OR_FALSE else event.value
        first = levels[-1].keys.get(key)
        levels[-1].keys[key] = first or line
    if isinstance(event, CollectionStartEvent):
        levels.append(_Level(mapping=isinstance(event, MappingStartEvent)))
    return first


@dataclass(slots=True, kw_only=True)
class _Level:
    """One open collection. In a mapping, keys and values alternate."""

    mapping: bool
    keys: dict[str, int] = field(default_factory=dict)
    at_key: bool = False

    def takes_key(self) -> bool:
        self.at_key = self.mapping and not self.at_key
        return self.at_key


def _problem(shown: str, line: int, what: str, advice: str, column: int = 0) -> MappingProblem:
    return MappingProblem(position=Position(shown, line, column), path="", what=what, advice=advice)
