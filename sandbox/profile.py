"""Reads profile files: the initial switches, ``{salesforce: {...}, daktela: {...}}`` in YAML or JSON."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

READY = Path(__file__).parent / "profiles"
SIDES = ("salesforce", "daktela")


class ProfileError(ValueError):
    """An invalid profile. The message names the file, the mistake and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Settings by switch name, for each side; a missing side keeps its default switches."""

    salesforce: Mapping[str, Any] = field(default_factory=dict)
    daktela: Mapping[str, Any] = field(default_factory=dict)


def find_profile(name: str) -> Path:
    """Return the file of a ready profile, or the path itself. Raises ProfileError listing the ready ones."""
    if Path(name).suffix or os.sep in name:
        return Path(name)
    ready = {path.stem: path for path in sorted(READY.glob("*.yaml"))}
    if name not in ready:
        near = difflib.get_close_matches(name, ready, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ProfileError(f"there is no profile {name}: {hint}ready are {', '.join(ready)}; a file needs its suffix")
    return ready[name]


def read_profile(path: Path) -> Profile:
    """Return the profile in a YAML or JSON file. Raises ProfileError."""
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ProfileError(f"{path}: cannot be read: {problem.strerror}") from problem
    except YAMLError as problem:
        raise ProfileError(f"{path}: is neither YAML nor JSON: {problem}") from problem
    sides = {} if content is None else content
    if not isinstance(sides, Mapping) or not set(sides) <= set(SIDES):
        raise ProfileError(f"{path}: expected a map with the keys {' and '.join(SIDES)} and no other")
    for side, settings in sides.items():
        if not isinstance(settings, Mapping):
            raise ProfileError(f"{path}: {side}: expected a map of switches")
    return Profile(**{side: dict(settings) for side, settings in sides.items()})
