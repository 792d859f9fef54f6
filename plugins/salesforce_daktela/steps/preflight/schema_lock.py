"""``schema.lock.json`` beside the mapping files: both schemas as the mapping's owner agreed to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.preflight.generated_file import write_generated
from salesforce_daktela.sync.seen_schema import Seen, SeenSchema, Side

LOCK = "schema.lock.json"
VERSION = 1


def read_lock(folder: str | Path) -> dict[str, dict[Side, SeenSchema]]:
    """Return the locked schemas by mapping, empty when there is no lock file.

    Raises ConfigurationError when the file cannot be read.
    """
    path = Path(folder) / LOCK
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as exc:
        raise _unreadable(path, type(exc).__name__) from exc
    try:
        return _parse(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise _unreadable(path, type(exc).__name__) from exc


def write_lock(folder: str | Path, seen: Mapping[str, Seen]) -> Path:
    """Write the schemas by mapping; return the path. Raises ConfigurationError where nothing can be written."""
    path = Path(folder) / LOCK
    write_generated(path, lock_text(seen))
    return path


def lock_text(seen: Mapping[str, Seen]) -> str:
    """The lock file for schemas by mapping, sorted, so that a change is a short difference in Git."""
    mappings = {name: {side.value: schema.to_dict() for side, schema in sides.items()} for name, sides in seen.items()}
    return lock_document({"version": VERSION, "mappings": mappings})


def lock_document(plain: Mapping[str, Any]) -> str:
    """What the lock file says, as it is written."""
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _parse(data: Any) -> dict[str, dict[Side, SeenSchema]]:
    if data["version"] != VERSION:
        raise ValueError("another version")
    return {
        name: {Side(side): SeenSchema.from_dict(schema) for side, schema in sides.items()}
        for name, sides in data["mappings"].items()
    }


def _unreadable(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"this is no lock file that the program can read ({why})",
        where=str(path),
        advice="take the last good one from Git, write it anew, or delete it to compare with the last run instead",
    )
