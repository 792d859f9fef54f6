"""Problems of mapping files as lines with the way to the place where each is mended. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from salesforce_daktela.mapping.editing.controls import RULE, SETTINGS, SYNC
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.problems import MappingError, MappingProblem, one_line

STEPS = {
    "salesforce_conn_id": "connect",
    "daktela_conn_id": "connect",
    "database": "database",
    "mappings": "objects",
}
"""Keys of a ``sync.yaml`` that steps write."""
BELOW = re.compile(rf"(?:\.(?:{'|'.join(RULE)})\b.*|\[.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One problem, each piece on one line. ``address`` is below the sync's pages, empty where no step mends it."""

    place: str
    path: str
    what: str
    advice: str
    address: str


def problem_lines(problems: Collection[MappingProblem], texts: Mapping[str, str]) -> tuple[ProblemLine, ...]:
    """Return the lines for problems of files with these texts."""
    targets = {name: _targets(name, text) for name, text in texts.items()}
    return tuple(
        ProblemLine(
            place=one_line(str(problem.position)),
            path=one_line(problem.path),
            what=one_line(problem.what),
            advice=one_line(problem.advice),
            address=page_address(PurePosixPath(problem.position.file).name, problem.path, targets),
        )
        for problem in problems
    )


def page_address(file: str, path: str, targets: Mapping[str, Collection[str]]) -> str:
    """Return where a page shows a key of a file, the way from the sync's pages; empty where none does."""
    if file == SYNC_FILE:
        key = re.split(r"[.\[]", path)[0]
        return STEPS.get(key) or (f"settings#{quote(path, safe='')}" if key in SYNC else "")
    if file not in targets:
        return ""
    page = f"map/{quote(file.removesuffix('.yaml'), safe='')}"
    if path.startswith("fields."):
        return f"{page}#field:{quote(_target(path.removeprefix('fields.'), targets[file]), safe='')}"
    setting = re.split(r"[.\[]", path)[0]
    return f"{page}#setting:{setting}" if setting in SETTINGS and setting != "fields" else page


def _target(below: str, targets: Collection[str]) -> str:
    """The field of a path: names of fields have dots, too."""
    fit = [name for name in targets if below == name or below.startswith((f"{name}.", f"{name}["))]
    return max(fit, key=len) if fit else BELOW.sub("", below)


def _targets(name: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(row.target for row in read_form(text, file=name).rows)
    except MappingError:
        return ()
