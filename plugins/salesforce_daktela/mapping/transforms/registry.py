"""All transforms by name: the built-in ones, and those a project adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.mapping.transforms import addresses, html, lists, phone, text, typed
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.project import (
    UnusableTransformError,
    import_functions,
    position,
    transform_of,
)

BUILT_IN: Mapping[str, Transform] = {
    transform.name: transform
    for module in (text, html, phone, addresses, typed, lists)
    for transform in module.TRANSFORMS
}


def load_project_transforms(folder: Path | None) -> dict[str, Transform]:
    """Return the public functions of the Python files in ``folder``, each a transform under its own name.

    No folder gives none. Raises MappingError listing every file that cannot be imported and every function that
    cannot be a transform, each with its line.
    """
    return {} if folder is None else transforms_from(folder, read_sources(folder))


def read_sources(folder: Path) -> dict[str, bytes]:
    """Return the content of the Python files of ``folder`` by name. Raises MappingError if one cannot be read."""
    found: dict[str, bytes] = {}
    problems: list[MappingProblem] = []
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else []:
        try:
            found[path.name] = path.read_bytes()
        except OSError as exc:
            what = f"cannot be read ({type(exc).__name__})"
            advice = "make it a file that the user who runs Airflow can read"
            problems.append(MappingProblem(position=position(path), path="", what=what, advice=advice))
    if problems:
        raise MappingError(problems)
    return found


def transforms_from(folder: Path, sources: Mapping[str, bytes]) -> dict[str, Transform]:
    """Return the transforms of files whose content is known. Raises MappingError as ``load_project_transforms``."""
    found: dict[str, Transform] = {}
    problems: list[MappingProblem] = []
    for file, source in sources.items():
        path = folder / file
        try:
            functions = import_functions(path, source)
        except UnusableTransformError as exc:
            problems.append(exc.problem)
            continue
        for function in functions:
            name = function.__name__
            try:
                if name in BUILT_IN or name in found:
                    what = "a transform of that name exists already"
                    raise UnusableTransformError(position(path, function), name, what, "rename the function")
                found[name] = replace(transform_of(path, function), source=source.decode("utf-8", "replace"))
            except UnusableTransformError as exc:
                problems.append(exc.problem)
    if problems:
        raise MappingError(problems)
    return found
