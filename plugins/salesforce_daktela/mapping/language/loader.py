"""Reads a sync folder and reports all its problems at once."""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.language.grammar import SYNC, read_keys
from salesforce_daktela.mapping.language.mapping_file import parse_mapping
from salesforce_daktela.mapping.language.section import Section
from salesforce_daktela.mapping.language.sync_file import parse_sync
from salesforce_daktela.mapping.language.yaml_reader import read_yaml
from salesforce_daktela.mapping.model import Entity, MappingSpec, Position, SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, nearest
from salesforce_daktela.mapping.transforms.definition import Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN, load_project_transforms

NAME = re.compile(r"[a-z0-9_]{1,40}")
TAKEN = ("users", "preflight")
"""Names that no mapping can have: lookups know Daktela's users by one, and a DAG its first task by the other."""
MAPPING_NAME = re.compile(rf"(?!(?:{'|'.join(TAKEN)})$)[a-z][a-z0-9_]{{0,39}}")
SETTING = "[salesforce_daktela] mappings_folder"
SYNC_FILE = "sync.yaml"
UNFORESEEN = "an error in this program stopped the reading of this file"


class NoSyncError(ConfigurationError):
    """The mappings folder holds no sync yet."""


def list_syncs(mappings_folder: Path) -> list[Path]:
    """Return the folders below ``mappings_folder`` that hold YAML files, by name.

    Raises ConfigurationError when there is no such folder, NoSyncError when nothing is in it.
    """
    try:
        if not mappings_folder.is_dir():
            raise ConfigurationError(
                f"there is no folder {mappings_folder}",
                where=SETTING,
                advice="set it to the folder that contains your syncs",
            )
        found = [path for path in sorted(mappings_folder.iterdir()) if path.is_dir()]
    except OSError as exc:
        raise ConfigurationError(
            f"{mappings_folder} cannot be listed ({type(exc).__name__})",
            where=SETTING,
            advice="let the user that runs Airflow read it",
        ) from exc
    folders = [path for path in found if _holds_yaml(path)]
    if not folders:
        raise NoSyncError(
            f"no sync in {mappings_folder}",
            where=SETTING,
            advice=f"make a folder in it with a {SYNC_FILE} and one YAML file for each Salesforce object",
        )
    return folders


def _holds_yaml(folder: Path) -> bool:
    """Whether a folder is a sync. Kubernetes mounts a ConfigMap with hidden folders that repeat its files.

    A folder that cannot be listed counts as a sync: loading it says what is wrong.
    """
    try:
        return not folder.name.startswith(".") and any(_yaml_files(folder))
    except OSError:
        return True


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def load_sync(
    folder: Path, *, transforms_folder: Path | None = None, transforms: Mapping[str, Transform] | None = None
) -> SyncSpec:
    """Return the sync of one folder. Raises MappingError, and nothing else, listing every problem of its files.

    The project's own ``transforms`` are read from ``transforms_folder`` where they are not given.
    """
    shown = f"{folder.parent.name}/{folder.name}"
    problems: list[MappingProblem] = []
    with _collecting_errors(f"{shown}/{SYNC_FILE}", problems):
        own = _project_transforms(transforms_folder, problems) if transforms is None else transforms
        spec = _load(folder, shown, own, problems)
        if spec is not None and not problems:
            return spec
    raise MappingError(problems)


def _load(folder: Path, shown: str, own: Mapping[str, Transform], problems: list[MappingProblem]) -> SyncSpec | None:
    _check_folder(folder, shown, problems)
    sync = _read(folder / SYNC_FILE, f"{shown}/{SYNC_FILE}", problems)
    if sync is None:
        return None
    values = read_keys(sync, SYNC)
    names = _mapping_names(sync, values.get("mappings"), folder)
    mappings = _mappings(folder, shown, names, {**BUILT_IN, **own}, problems)
    _refuse_equal_names(sync, mappings)
    return parse_sync(values, folder, mappings)


@contextlib.contextmanager
def _collecting_errors(file: str, problems: list[MappingProblem]) -> Iterator[None]:
    """Turn an exception into a problem of the file that is being read: other files and syncs go on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 a fault of ours in one file must not take other syncs' DAGs away
        frame = traceback.extract_tb(exc.__traceback__)[-1]
        what = f"{UNFORESEEN}: {type(exc).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
        advice = "undo the last change to this file, and report the error with the file"
        problems.append(MappingProblem(position=Position(file, 1), path="", what=what, advice=advice))


def _check_folder(folder: Path, shown: str, problems: list[MappingProblem]) -> None:
    at = Position(f"{shown}/{SYNC_FILE}", 1)
    if not NAME.fullmatch(folder.name):
        what = f"{folder.name!r} is not a valid name for a sync's folder"
        problems.append(
            MappingProblem(position=at, path="", what=what, advice="use a-z, 0-9 and _, at most 40 characters")
        )
    root = os.path.realpath(folder.parent)
    for path in (folder, *_yaml_files(folder)):
        if not os.path.realpath(path).startswith(root + os.sep):
            what = f"{path.name} is a link to a place outside the mappings folder"
            problems.append(MappingProblem(position=at, path="", what=what, advice="replace the link with a copy"))
        if path.suffix == ".yml":
            at_file = Position(f"{shown}/{path.name}", 1)
            what = "is not read, because names of mapping files end in .yaml"
            problems.append(
                MappingProblem(position=at_file, path="", what=what, advice=f"rename it to {path.stem}.yaml")
            )


def _project_transforms(folder: Path | None, problems: list[MappingProblem]) -> Mapping[str, Transform]:
    try:
        return load_project_transforms(folder)
    except MappingError as exc:
        problems += exc.problems
        return {}


def _read(path: Path, shown: str, problems: list[MappingProblem]) -> Section | None:
    if not path.is_file():
        advice = f"add the file {path.name}"
        problems.append(
            MappingProblem(position=Position(shown, 1), path="", what="there is no such file", advice=advice)
        )
        return None
    data = read_yaml(path, shown, problems)
    return None if data is None else Section(data, shown, problems)


def _mapping_names(sync: Section, listed: tuple[str, ...] | None, folder: Path) -> list[str]:
    names = list(listed or ())
    if listed == ():
        sync.refuse("mappings", "lists no mapping", "list the mapping files, parents before children")
    present = sorted(path.stem for path in folder.glob("*.yaml") if path.name != SYNC_FILE)
    for name in dict.fromkeys(names):
        if name in TAKEN:
            what = f"a mapping cannot be named {name}, which stands for something else in lookups and tasks"
            sync.refuse("mappings", what, f"rename {name}.yaml, and write its new name here")
        elif not MAPPING_NAME.fullmatch(name):
            sync.refuse(
                "mappings", f"{name!r} is not a valid name for a mapping", "begin with a letter, use a-z, 0-9 and _"
            )
        elif name not in present:
            sync.refuse("mappings", f"there is no file {name}.yaml", nearest(name, present))
        if names.count(name) > 1:
            sync.refuse("mappings", f"{name} is listed twice", "list it once")
    for name in present:
        if name not in names:
            sync.refuse("mappings", f"{name}.yaml is not listed", "add it to mappings, or delete the file")
    return [name for name in dict.fromkeys(names) if name in present]


def _mappings(
    folder: Path, shown: str, names: list[str], transforms: Mapping[str, Transform], problems: list[MappingProblem]
) -> tuple[MappingSpec, ...]:
    found = []
    lookups: dict[str, Entity | None] = {}
    for name in names:
        shown_file, mapping = f"{shown}/{name}.yaml", None
        with _collecting_errors(shown_file, problems):
            section = _read(folder / f"{name}.yaml", shown_file, problems)
            if section is None:
                continue
            mapping = parse_mapping(section, name, transforms=transforms, lookups=lookups)
        if mapping is not None:
            found.append(mapping)
        lookups[name] = None if mapping is None else mapping.entity
    return tuple(found)


def _refuse_equal_names(sync: Section, mappings: tuple[MappingSpec, ...]) -> None:
    """Two mappings that give one record the same name would overwrite each other in every run."""
    seen: dict[tuple[object, ...], str] = {}
    for mapping in mappings:
        written = (mapping.sobject.lower(), mapping.entity, mapping.key)
        other = seen.setdefault(written, mapping.name)
        if other != mapping.name:
            sync.refuse(
                "mappings",
                f"{other} and {mapping.name} give the same names to the same records",
                "change the `key` of one of them",
            )
