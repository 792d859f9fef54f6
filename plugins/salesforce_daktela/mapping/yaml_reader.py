"""YAML with positions, and without what a mapping never needs: anchors, aliases, tags, repeated keys, huge files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent

from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem

LARGEST = 256 * 1024
DEEPEST = 20
"""Bytes of a file; levels of nesting."""


class UnreadableError(Exception):
    """Carries the one problem that keeps a file from being read."""

    def __init__(self, problem: MappingProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_yaml(path: Path, shown: str) -> CommentedMap:
    """Return a file's top level mapping; ``shown`` is the file's name in messages. Raises UnreadableError."""
    text = _text(path, shown)
    try:
        _refuse_tricks(text, shown)
        loaded: Any = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as exc:
        raise _unreadable(shown, exc, "a key stands here twice", "keep one of them") from exc
    except MarkedYAMLError as exc:
        raise _unreadable(
            shown, exc, f"not YAML: {exc.problem or exc.context}", "check quotes and indentation"
        ) from exc
    except (YAMLError, YAMLStreamError, ValueError, RecursionError, OverflowError, KeyError, TypeError) as exc:
        raise UnreadableError(
            MappingProblem(position=Position(shown, 1), path="", what=f"not YAML ({type(exc).__name__})")
        ) from exc
    if not isinstance(loaded, CommentedMap):
        problem = MappingProblem(
            position=Position(shown, 1), path="", what="the file holds no keys", advice="see docs/mapping.md"
        )
        raise UnreadableError(problem)
    return loaded


def _text(path: Path, shown: str) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise ValueError(f"larger than {LARGEST // 1024} kB")
        return raw.decode("utf-8-sig")
    except (OSError, ValueError) as exc:
        what = str(exc) if type(exc) is ValueError else type(exc).__name__
        problem = MappingProblem(
            position=Position(shown, 1), path="", what=f"cannot be read ({what})", advice="save it as UTF-8 text"
        )
        raise UnreadableError(problem) from exc


def _refuse_tricks(text: str, shown: str) -> None:
    depth = 0
    for event in YAML(typ="rt", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        line = event.start_mark.line + 1
        if depth > DEEPEST:
            raise _refused(shown, line, f"nested deeper than {DEEPEST} levels", "a mapping needs four")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise _refused(shown, line, "anchors and aliases are not allowed", "write the value out")
        if getattr(event, "tag", None) not in (None, "!") and not getattr(event, "implicit", True):
            raise _refused(shown, line, "tags are not allowed", "leave the word with the exclamation mark out")


def _refused(shown: str, line: int, what: str, advice: str) -> UnreadableError:
    return UnreadableError(MappingProblem(position=Position(shown, line), path="", what=what, advice=advice))


def _unreadable(shown: str, exc: MarkedYAMLError, what: str, advice: str) -> UnreadableError:
    mark = exc.problem_mark or exc.context_mark
    line = 1 if mark is None else mark.line + 1
    return _refused(shown, line, " ".join(str(what).split()), advice)
