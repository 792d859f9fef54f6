"""Both schemas as they are now, and the lock file that agrees to them, in the words of one language. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.drift import Change, Severity
from salesforce_daktela.ui.diff_lines import DiffView, show_diff
from salesforce_daktela.ui.watching.schema.facts import Present
from salesforce_daktela.ui.watching.schema.history import ORDER
from salesforce_daktela.ui.watching.schema.view import ChangeLine, change_line
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NowView:
    """``diff`` is None where the lock file agrees already. ``seen`` and ``text`` are digests: of the file that is
    there, empty for none, and of the one that would be written.

    ``left_out`` are Daktela's fields that the next run leaves out, ``errors`` what would stop it.
    """

    sync: str
    at: str
    changes: tuple[ChangeLine, ...]
    left_out: tuple[str, ...]
    errors: tuple[str, ...]
    lasting: bool
    diff: DiffView | None
    place: str
    unwritable: str
    seen: str
    text: str


def show_present(present: Present, zone: str, words: Words) -> NowView:
    """Return the piece of the page for what was read."""
    changes = [change for found in present.findings.values() for change in found.changes]
    before = None if present.lock is None else present.lock.text
    return NowView(
        sync=present.sync,
        at=words.moment(present.at, zone),
        changes=tuple(change_line(change, words) for change in sorted(changes, key=_weight)),
        left_out=tuple(
            f"{name}: {field}" for name, found in present.findings.items() for field in found.facts.left_out
        ),
        errors=tuple(one_line(str(error)) for found in present.findings.values() for error in found.errors),
        lasting=any(change.severity is Severity.ERROR for change in changes),
        diff=None if before == present.text else show_diff(before, present.text, present.place),
        place=present.place,
        unwritable=present.unwritable,
        seen="" if present.lock is None else present.lock.digest,
        text=digest_of(present.text),
    )


def digest_of(text: str) -> str:
    """What a lock file's text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def _weight(change: Change) -> int:
    return ORDER.index(change.severity)
