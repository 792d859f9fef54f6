"""Makes ``docs/failures.md`` from the catalogue: ``python -m salesforce_daktela.sync.failures_page``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from salesforce_daktela.sync.codes import CAUSES, FAILED, KEPT, REJECTS, TRANSFORM_FAILED, Meaning, Severity

BEGINNING = """\
# Every code, and what to do

This page is made from the catalogue in `sync/codes.py`, which the pages inside Airflow show in English and in Czech.

A record that cannot be loaded is a **reject**: it is kept with a code and, where one is known, with the field of
Daktela that it is about. Later runs try it again, first after a quarter of an hour and then after growing pauses, and
close it once it is mended. The page Rejects of a sync and `salesforce-daktela rejects` list them; the page and the verb
`salesforce-daktela replay` try them again at once.

No code, no field and no message holds a value of a record.
"""
HEADINGS = {
    Severity.RECORD: "Rejects: the record has to be corrected",
    Severity.MAPPING: "Rejects: the mapping or a setting has to be mended",
    Severity.SYSTEM: "Rejects: something is wrong beyond the record",
}
WAITING = """\
## Why a child waits

A record whose parent is not in Daktela is **parked**: it is loaded by the first run after its parent has arrived. The
page Parked of a sync groups those that wait by the state of the parent:
"""
KEEPING = """\
## Why an object was kept

A record that was kept for another reason than its policy says so on its page, and the report of the run counts them:
"""
HEAD = "| code | what has happened | what to do |\n|---|---|---|\n"


def failures_page() -> str:
    """Return the page in Markdown."""
    pieces = [BEGINNING]
    for severity, heading in HEADINGS.items():
        found = {code: each for code, each in REJECTS.items() if each.severity is severity}
        if severity is TRANSFORM_FAILED.severity:
            found[f"<name>{FAILED}"] = TRANSFORM_FAILED
        pieces.append(f"## {heading}\n\n{_table(found)}")
    pieces.append(f"{WAITING}\n{_table({cause.value: each for cause, each in CAUSES.items()})}")
    pieces.append(f"{KEEPING}\n{_table(KEPT)}")
    return "\n".join(pieces)


def _table(meanings: Mapping[str, Meaning]) -> str:
    return HEAD + "".join(_rows(meanings))


def _rows(meanings: Mapping[str, Meaning]) -> Iterator[str]:
    for code, meaning in meanings.items():
        yield f"| `{code}` | {meaning.what} | {meaning.todo} |\n"


if __name__ == "__main__":
    sys.stdout.write(failures_page())
