"""Files that a verb writes beside the mappings, where a project is checked out."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.errors import ConfigurationError


def write_generated(path: Path, text: str) -> None:
    """Write a file, and its folder where it is missing. Raises ConfigurationError where nothing can be written."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise ConfigurationError(
            f"cannot be written ({type(exc).__name__})",
            where=str(path),
            advice="run this where the project is checked out",
        ) from exc
