"""Where a field's value comes from: a path, a template, several of them, or a constant. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesforce_daktela.mapping.model import LINK, FieldPath, Source, Template

PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*){0,5}")
PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([{}])")


def parse_source(text: str) -> Source:
    """Return a path for a bare name, a template for a text with braces. Raises ValueError saying what is wrong."""
    if "{" in text or "}" in text:
        return parse_template(text)
    return parse_path(text)


def parse_path(text: str) -> FieldPath:
    """Return a field path. Raises ValueError when it cannot be one."""
    name = text.strip()
    if name != LINK and not PATH.fullmatch(name):
        raise ValueError(
            f"{text!r} is not a field path: write it like Email or Owner.Email, or a constant as {{value: ...}}"
        )
    return FieldPath(name)


def parse_template(text: str) -> Template:
    """Return the pieces of ``{FirstName} {LastName}``; doubled braces stand for themselves. Raises ValueError."""
    pieces: list[str | FieldPath] = []
    literal, end = "", 0
    for found in PIECE.finditer(text):
        literal += text[end : found.start()]
        end = found.end()
        if found.group() in ("{{", "}}"):
            literal += found.group()[0]
        elif found.group(2):
            raise ValueError(f"a brace in {text!r} has no matching brace: double it to send the brace itself")
        else:
            pieces += [literal] if literal else []
            pieces.append(parse_path(found.group(1)))
            literal = ""
    literal += text[end:]
    pieces += [literal] if literal else []
    if not any(isinstance(piece, FieldPath) for piece in pieces):
        raise ValueError(f"the template {text!r} contains no field: write a constant as {{value: ...}}")
    return Template(tuple(pieces))


def rule_paths(sources: Sequence[Source]) -> tuple[str, ...]:
    """The field paths of sources, in order of appearance; repeated paths are kept."""
    return tuple(
        piece.path
        for source in sources
        for piece in (source.pieces if isinstance(source, Template) else (source,))
        if isinstance(piece, FieldPath)
    )
