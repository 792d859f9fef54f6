"""Codes of rejects and of waiting children in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.sync.codes import CAUSES, Cause, Meaning, Severity, meaning
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWords:
    """What a code says. ``tone`` names its colour, ``remedy`` says where the remedy lies."""

    what: str
    todo: str
    tone: str
    remedy: str


def words_of_code(code: str, words: Words) -> CodeWords:
    """Return what the code of a reject means."""
    return _said(meaning(code), words)


def words_of_cause(cause: Cause, words: Words) -> CodeWords:
    """Return why a child waits."""
    return _said(CAUSES[cause], words)


def _said(found: Meaning, words: Words) -> CodeWords:
    _ = words.gettext
    tone, remedy = {
        Severity.RECORD: ("waiting", _("Correct the record")),
        Severity.MAPPING: ("draft", _("Mend the mapping")),
        Severity.SYSTEM: ("broken", _("Look into it at once")),
    }[found.severity]
    return CodeWords(what=_(found.what), todo=_(found.todo), tone=tone, remedy=remedy)
