"""All transforms by name: the built-in ones, and those a project adds."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.transforms import lists, reachability, text, typed
from salesforce_daktela.mapping.transforms.definition import NOTHING, Option, Transform

BUILT_IN: Mapping[str, Transform] = {
    transform.name: transform for module in (text, reachability, typed, lists) for transform in module.TRANSFORMS
}


def load_project_transforms(folder: Path | None) -> dict[str, Transform]:
    """Return the public functions of the Python files in ``folder``, each a transform under its own name.

    A function takes one value, options as keyword-only arguments, and is annotated throughout; a ``list`` annotation
    of the value means that it sees the whole list. Raises ConfigurationError naming file and function.
    """
    found: dict[str, Transform] = {}
    for path in sorted(folder.glob("*.py")) if folder is not None and folder.is_dir() else []:
        for name, function in _functions(path).items():
            if name in BUILT_IN or name in found:
                raise _refused(path, name, "there is a transform of that name already", "rename the function")
            found[name] = _transform(path, name, function)
    return found


def _functions(path: Path) -> dict[str, types.FunctionType]:
    module_name = f"project_transforms_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise _refused(path, "", "cannot be imported", "")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as exc:  # a user's file may raise anything
        raise _refused(path, "", f"cannot be imported ({type(exc).__name__}: {exc})", "mend the file") from exc
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and not name.startswith("_") and value.__module__ == module_name
    }


def _transform(path: Path, name: str, function: types.FunctionType) -> Transform:
    parameters = list(inspect.signature(function).parameters.values())
    hints = typing.get_type_hints(function)
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    options = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    if len(positional) != 1 or len(positional) + len(options) != len(parameters):
        advice = f"write it like `def {name}(value: str, *, option: int = 1) -> str:`"
        raise _refused(path, name, "a transform takes one value and keyword-only options", advice)
    missing = [p.name for p in parameters if p.name not in hints] + (["return"] if "return" not in hints else [])
    if missing:
        raise _refused(path, name, f"not annotated: {', '.join(missing)}", "add types to all arguments and the result")
    whole = (typing.get_origin(hints[positional[0].name]) or hints[positional[0].name]) is list
    return Transform(
        name=name,
        make=lambda **chosen: lambda value: function(value, **chosen),
        takes="list" if whole else "each",
        options={p.name: _option(hints[p.name], p) for p in options},
        main=options[0].name if len(options) == 1 else None,
    )


def _option(hint: Any, parameter: inspect.Parameter) -> Option:
    allowed = tuple(t for t in (typing.get_args(hint) or (hint,)) if isinstance(t, type) and t is not type(None))
    default = NOTHING if parameter.default is parameter.empty else parameter.default
    return Option(type=allowed or (str,), default=default)


def _refused(path: Path, name: str, what: str, advice: str) -> ConfigurationError:
    where = f"include/transforms/{path.name}" + (f": {name}" if name else "")
    return ConfigurationError(what, where=where, advice=advice)
