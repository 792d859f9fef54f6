"""Computes the environment of a service in ``docker-compose.yaml``, without Docker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from ruamel.yaml import YAML

VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<how>:[-?+])(?P<rest>[^}]*))?\}")


def read_compose(project: Path) -> dict[str, Any]:
    """Return the file with its anchors resolved; variables are not replaced."""
    loaded: dict[str, Any] = YAML(typ="safe").load((project / "docker-compose.yaml").read_text())
    return loaded


def container_environment(project: Path, service: str, env_file: Path) -> dict[str, str]:
    """Return the variables of one service's container, with ``env_file`` in place of ``.env``.

    ``environment`` overrides ``env_file``, as in the Compose specification.
    Raises ValueError for a variable that ``${...:?}`` requires and the file does not have.
    """
    values = {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}
    found = read_compose(project)["services"][service]
    from_file = values if found.get("env_file") == ".env" else {}
    return {**from_file, **{name: interpolate(str(text), values) for name, text in found["environment"].items()}}


def container_command(project: Path, service: str) -> list[str]:
    """Return the command of one service's container; ``$$`` is a dollar sign, as in the Compose specification."""
    return [str(text).replace("$$", "$") for text in read_compose(project)["services"][service]["command"]]


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Replace ``${NAME}``, ``${NAME:-default}``, ``${NAME:?message}`` and ``${NAME:+replacement}``."""

    def filled(match: re.Match[str]) -> str:
        value, rest = values.get(match["name"], ""), match["rest"] or ""
        if match["how"] == ":+":
            return rest if value else ""
        if not value and match["how"] == ":?":
            raise ValueError(f"{match['name']} is missing: {rest}")
        return value or rest

    return VARIABLE.sub(filled, text)
