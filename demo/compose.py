"""What docker compose would give a service of ``docker-compose.yaml``, worked out without an engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from ruamel.yaml import YAML

VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<how>:[-?+])(?P<rest>[^}]*))?\}")


def read_compose(project: Path) -> dict[str, Any]:
    """The file with its anchors resolved and its variables as they are written."""
    loaded: dict[str, Any] = YAML(typ="safe").load((project / "docker-compose.yaml").read_text())
    return loaded


def container_environment(project: Path, service: str, env_file: Path) -> dict[str, str]:
    """The variables of one service's container, ``env_file`` taken for ``.env``.

    What ``environment`` names wins over ``env_file``, as in the Compose specification.
    Raises ValueError for a variable that ``${...:?}`` demands and the file lacks.
    """
    values = {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}
    found = read_compose(project)["services"][service]
    from_file = values if found.get("env_file") == ".env" else {}
    return {**from_file, **{name: interpolate(str(text), values) for name, text in found["environment"].items()}}


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Fill in ``${NAME}``, ``${NAME:-default}``, ``${NAME:?message}`` and ``${NAME:+replacement}``."""

    def filled(match: re.Match[str]) -> str:
        value, rest = values.get(match["name"], ""), match["rest"] or ""
        if match["how"] == ":+":
            return rest if value else ""
        if not value and match["how"] == ":?":
            raise ValueError(f"{match['name']} is missing: {rest}")
        return value or rest

    return VARIABLE.sub(filled, text)
