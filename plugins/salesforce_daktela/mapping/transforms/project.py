"""A project's own Python function as a transform, described by its signature. Its errors concern one value only."""

from __future__ import annotations

import inspect
import linecache
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.definition import (
    ANY,
    NUMBERS,
    UNSET,
    Function,
    Kinds,
    Option,
    Transform,
    UnfitValueError,
)

ACCEPTS: Mapping[Any, frozenset[FieldKind]] = {
    bool: frozenset({FieldKind.BOOLEAN}),
    int: frozenset({FieldKind.INTEGER}),
    float: NUMBERS,
    date: frozenset({FieldKind.DATE}),
    datetime: frozenset({FieldKind.DATETIME}),
}
"""What a value's annotation asks for; ``str`` gets any value as the text Daktela would get."""
GIVES: Mapping[Any, FieldKind] = {
    str: FieldKind.TEXT,
    bool: FieldKind.BOOLEAN,
    int: FieldKind.INTEGER,
    float: FieldKind.NUMBER,
    Decimal: FieldKind.NUMBER,
    date: FieldKind.DATE,
    datetime: FieldKind.DATETIME,
}
UNIONS = (typing.Union, types.UnionType)
OPTIONS = (str, int, float, bool)
RESULTS = (str, int, float, bool, Decimal, date)


class UnusableTransformError(Exception):
    """A file or a function of the project cannot be used as transforms; ``problem`` says why."""

    def __init__(self, at: Position, name: str, what: str, advice: str) -> None:
        self.problem = MappingProblem(position=at, path=name, what=what, advice=advice)
        super().__init__(str(self.problem))


def import_functions(path: Path, source: bytes) -> list[Function]:
    """Return the public functions that a file defines, in order. Raises UnusableTransformError when the import fails.

    Functions that remember their results, or that a decorator has wrapped, are among them.

    ``source`` is the file's content now, or when the run began; tracebacks show its lines, not those of the file.
    The folder is not in ``sys.path``, so a file called ``json.py`` cannot replace the standard module.
    """
    name = f"salesforce_daktela_project_transforms.{path.stem}"
    module = types.ModuleType(name)
    module.__file__ = str(path)
    lines = source.decode("utf-8", "replace").splitlines(keepends=True)
    # Without a modification time, linecache does not compare these lines with the file.
    linecache.cache[str(path)] = (len(source), None, lines, str(path))
    sys.modules[name] = module
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))  # noqa: S102 the project's own code
    except (Exception, SystemExit) as exc:
        del sys.modules[name]
        what = f"cannot be imported ({type(exc).__name__}{_said(exc)})"
        raise UnusableTransformError(_raised_at(path, exc), "", what, "correct the file") from exc
    public = {id(value): value for key, value in vars(module).items() if not key.startswith("_")}
    own = [value for value in public.values() if getattr(value, "__module__", None) == name]
    functions = [value for value in own if isinstance(inspect.unwrap(value), types.FunctionType)]
    return [value for value in functions if not value.__name__.startswith("_")]


def transform_of(path: Path, function: Function) -> Transform:
    """Return the transform of a function. Raises UnusableTransformError when its signature does not allow one."""
    name = function.__name__
    hints = _hints(path, function)
    parameters = list(inspect.signature(function).parameters.values())
    values = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    options = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    if len(values) != 1 or len(values) + len(options) != len(parameters):
        advice = f"write it like `def {name}(value: str, *, option: int = 1) -> str:`"
        raise UnusableTransformError(
            position(path, function), name, "a transform takes one value and keyword-only options", advice
        )
    missing = [p.name for p in parameters if p.name not in hints] + (["the result"] if "return" not in hints else [])
    if missing:
        what = f"no type annotation for {', '.join(missing)}"
        raise UnusableTransformError(position(path, function), name, what, "annotate every argument and the result")
    _refuse_delayed(path, function)
    hint = _without_none(hints[values[0].name])
    whole = (typing.get_origin(hint) or hint) is list
    if not whole and _holds_several(hint):
        what = f"{values[0].name} has a type that no value has"
        raise UnusableTransformError(position(path, function), name, what, "write list[str] for several values")
    results = _results(hints["return"])
    return Transform(
        name=name,
        make=lambda **chosen: _guarded(name, lambda value: function(value, **chosen)),
        takes="list" if whole else "each",
        options={p.name: _option(path, function, p, hints[p.name]) for p in options},
        main=options[0].name if len(options) == 1 else None,
        accepts=ACCEPTS.get(_of_one(hint), ANY),
        rendered=hint is str or (whole and typing.get_args(hint) == (str,)),
        gives=lambda _kinds, _options: results,
    )


def _without_none(hint: Any) -> Any:
    """``str | None`` as ``str``: an empty value never reaches a function."""
    inside = [each for each in typing.get_args(hint) if each is not type(None)]
    return inside[0] if typing.get_origin(hint) in UNIONS and len(inside) == 1 else hint


def _holds_several(hint: Any) -> bool:
    """Whether an annotation asks for several values otherwise than as a list, so that it would get letters."""
    kind = typing.get_origin(hint) or hint
    return isinstance(kind, type) and issubclass(kind, Iterable) and not issubclass(kind, str)


def _of_one(hint: Any) -> Any:
    """The annotation of one of several values: ``date`` for ``list[date]``."""
    inside = typing.get_args(hint)
    return _without_none(inside[0]) if typing.get_origin(hint) is list and len(inside) == 1 else hint


def _results(hint: Any) -> Kinds:
    """The kind of the results, none where the annotation names several kinds or another type."""
    found = {GIVES.get(each) for each in _single(hint)}
    return frozenset(kind for kind in found if kind is not None) if len(found) == 1 else frozenset()


def _single(hint: Any) -> Iterator[Any]:
    """The types of single results."""
    if typing.get_origin(hint) in (*UNIONS, list, tuple):
        for inside in typing.get_args(hint):
            yield from _single(inside)
    elif hint not in (type(None), ...):
        yield hint


def _refuse_delayed(path: Path, function: Function) -> None:
    code = inspect.unwrap(function)
    if inspect.iscoroutinefunction(code) or inspect.isgeneratorfunction(code) or inspect.isasyncgenfunction(code):
        what = "gives no result when it is called"
        advice = "write it without async and yield, and return the result"
        raise UnusableTransformError(position(path, function), function.__name__, what, advice)


def position(path: Path, function: Function | None = None) -> Position:
    """Where a function begins, or the top of its file."""
    code = None if function is None else getattr(inspect.unwrap(function), "__code__", None)
    return Position(f"{path.parent.name}/{path.name}", 1 if code is None else code.co_firstlineno)


def _said(exc: BaseException) -> str:
    """Return the text of a project's own exception. It may be empty, and making it may fail."""
    try:
        return f": {exc}" if str(exc) else ""
    except Exception:  # noqa: BLE001 what a project's own exception does is not known
        return ""


def _raised_at(path: Path, exc: BaseException) -> Position:
    """The last line of ``path`` that the exception passed through."""
    lines = [exc.lineno or 1] if isinstance(exc, SyntaxError) and exc.filename == str(path) else []
    trace = exc.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return Position(position(path).file, lines[-1] if lines else 1)


def _hints(path: Path, function: Function) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception as exc:
        what = f"an annotation cannot be read ({type(exc).__name__}{_said(exc)})"
        raise UnusableTransformError(
            position(path, function), function.__name__, what, "import the types that it names"
        ) from exc


def _option(path: Path, function: Function, parameter: inspect.Parameter, hint: Any) -> Option:
    allowed = tuple(kind for kind in (typing.get_args(hint) or (hint,)) if kind is not type(None))
    if not allowed or any(kind not in OPTIONS for kind in allowed):
        what = f"option {parameter.name} has a type that YAML does not have"
        raise UnusableTransformError(position(path, function), function.__name__, what, "use str, int, float or bool")
    return Option(type=allowed, default=UNSET if parameter.default is parameter.empty else parameter.default)


def _guarded(name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Turn an exit, and a result that cannot be sent, into UnfitValueError: they would stop the whole part."""

    def guarded(value: Any) -> Any:
        try:
            found = function(value)
        except SystemExit as exc:
            raise UnfitValueError(f"{name}_failed") from exc
        for item in found if isinstance(found, list | tuple) else (found,):
            if not _sendable(item):
                raise UnfitValueError(f"{name}_failed")
        return found

    return guarded


def _sendable(value: Any) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value) if not value.isascii() else True
    if isinstance(value, datetime):
        return value.utcoffset() is not None
    return value is None or isinstance(value, RESULTS)
