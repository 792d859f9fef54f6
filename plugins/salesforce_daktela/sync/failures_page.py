"""The page of all codes, in the words of one language. ``docs/failures.md`` and its translations are made by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from salesforce_daktela.sync.codes import CAUSES, FAILED, KEPT, REJECTS, TRANSFORM_FAILED, Meaning, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the tables, in Markdown; ``columns`` are the titles of code, what and todo."""

    beginning: str
    headings: Mapping[Severity, str]
    waiting: str
    keeping: str
    columns: tuple[str, str, str]


ENGLISH = Frame(
    beginning="""\
# Every code, and what to do

This page is made from the catalogue in `sync/codes.py`, which the pages inside Airflow show in English and in Czech.

A record that cannot be loaded is a **reject**: it is kept with a code and, where one is known, with the field of
Daktela that it is about. Later runs try it again, first after a quarter of an hour and then after pauses that double up
to a day, and close it once it is mended or gone. The page Rejects of a sync and `salesforce-daktela rejects` list them;
the page and the verb `salesforce-daktela replay` try them again at once. A name that Daktela does not take
(`daktela_refused` of the field `name`) is tried once a month only, because each try may leave an object of another name
there.

A run is red for its rejects if new ones are more than `reject_above` allows, or if records have `vanished`. All other
records are loaded then, so there is nothing to clear. A short outage of Daktela may leave a few records with
`daktela_failed`: only those that come back are a case for its support.

No code, no field and no message holds a value of a record.
""",
    headings={
        Severity.RECORD: "Rejects: the record has to be corrected",
        Severity.MAPPING: "Rejects: the mapping or a setting has to be mended",
        Severity.SYSTEM: "Rejects: something is wrong beyond the record",
    },
    waiting="""\
## Why a child waits

A record whose parent is not in Daktela is **parked**: it is loaded by the first run after its parent has arrived. The
page Parked of a sync groups those that wait by the state of the parent:
""",
    keeping="""\
## Why an object was kept

A record that was kept for another reason than its policy says so on its page, and the report of the run counts them:
""",
    columns=("code", "what has happened", "what to do"),
)


def failures_page(frame: Frame = ENGLISH, say: Callable[[str], str] = str) -> str:
    """Return the page in Markdown; ``say`` translates a sentence of the catalogue."""
    head = f"| {' | '.join(frame.columns)} |\n|---|---|---|\n"

    def table(meanings: Mapping[str, Meaning]) -> str:
        return head + "".join(_rows(meanings, say))

    pieces = [frame.beginning]
    for severity, heading in frame.headings.items():
        found = {code: each for code, each in REJECTS.items() if each.severity is severity}
        if severity is TRANSFORM_FAILED.severity:
            found[f"<name>{FAILED}"] = TRANSFORM_FAILED
        pieces.append(f"## {heading}\n\n{table(found)}")
    pieces.append(f"{frame.waiting}\n{table({cause.value: each for cause, each in CAUSES.items()})}")
    pieces.append(f"{frame.keeping}\n{table(KEPT)}")
    return "\n".join(pieces)


def _rows(meanings: Mapping[str, Meaning], say: Callable[[str], str]) -> Iterator[str]:
    for code, meaning in meanings.items():
        yield f"| `{code}` | {say(meaning.what)} | {say(meaning.todo)} |\n"
