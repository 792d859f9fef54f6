"""What one comparison has found, in the words of one language. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.findings import FindingKind
from salesforce_daktela.ui.watching.reconcile.facts import Compared
from salesforce_daktela.ui.watching.reconcile.kinds import ALWAYS, kind_meanings, kind_names
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A kind as a heading, with what it means."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """One mapping, or all together: both sides' records and the number of each kind, which add up."""

    mapping: str
    tone: str
    state: str
    salesforce: str
    daktela: str
    cells: tuple[str, ...]
    remarks: tuple[str, ...]
    code_remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A few Ids of one kind in one mapping, with how many there are of them in all."""

    mapping: str
    kind: str
    meaning: str
    count: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """The table of what was found; ``total`` is None for a single mapping."""

    columns: tuple[Column, ...]
    rows: tuple[FoundRow, ...]
    total: FoundRow | None
    samples: tuple[Sample, ...]


def show_found(found: Sequence[Compared], words: Words) -> FoundView | None:
    """Return what one run has found; None where it has found nothing yet."""
    if not found:
        return None
    total: Counter[str] = Counter()
    for each in found:
        total.update(each.counts)
    shown = [kind for kind in (*ALWAYS, *(kind for kind in FindingKind if kind not in ALWAYS)) if _shown(kind, total)]
    names, meanings = kind_names(words), kind_meanings(words)
    return FoundView(
        columns=tuple(Column(name=names[kind], meaning=meanings[kind]) for kind in shown),
        rows=tuple(_row(each, shown, words) for each in found),
        total=_total(found, total, shown, words) if len(found) > 1 else None,
        samples=tuple(
            Sample(
                mapping=each.mapping,
                kind=names[kind],
                meaning=meanings[kind],
                count=words.number(each.counts.get(kind.value, 0)),
                ids=tuple(one_line(str(id_)) for id_ in each.samples[kind.value]),
            )
            for each in found
            for kind in FindingKind
            if each.samples.get(kind.value)
        ),
    )


def state_label(state: str, words: Words) -> tuple[str, str]:
    """Return how a mapping's comparison ended: the name of a colour, and its words."""
    _ = words.gettext
    match state:
        case "repaired":
            return "active", _("Repaired")
        case "failed":
            return "broken", _("Repair failed")
        case "declined":
            return "paused", _("Repair declined")
        case "deferred":
            return "waiting", _("Deferred by a limit")
        case _:
            return "active", _("Compared")


def _shown(kind: FindingKind, total: Mapping[str, int]) -> bool:
    return kind in ALWAYS or total.get(kind.value, 0) > 0


def _row(each: Compared, shown: Sequence[FindingKind], words: Words) -> FoundRow:
    tone, label = state_label(each.state, words)
    return FoundRow(
        mapping=each.mapping,
        tone=tone,
        state=label,
        salesforce=words.number(each.salesforce),
        daktela="–" if each.daktela is None else words.number(each.daktela),
        cells=tuple(words.number(each.counts.get(kind.value, 0)) for kind in shown),
        remarks=_remarks(each, words),
        code_remarks=tuple(one_line(text) for text in (*each.reasons, each.failure, each.deferred.strip("?")) if text),
    )


def _remarks(each: Compared, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    done = ", ".join(f"{_done(what, words)} {words.number(count)}" for what, count in sorted(each.repaired.items()))
    left = ", ".join(one_line(name) for name in each.left_out)
    return (
        *([_("Done: %(done)s") % {"done": done}] if done else []),
        *([_("Not compared after a change of schema: %(fields)s") % {"fields": left}] if left else []),
        *([_("Answered by %(person)s") % {"person": one_line(each.answered_by)}] if each.answered_by else []),
    )


def _done(what: str, words: Words) -> str:
    _ = words.gettext
    named = {
        "created": _("Created"),
        "updated": _("Updated"),
        "adopted": _("Adopted"),
        "removed": _("Removed"),
        "unchanged": _("Unchanged"),
        "kept": _("Kept"),
        "rejected": _("Rejected"),
        "parked": _("Parked"),
        "gone": _("Gone"),
        "deferred": _("Deferred"),
        "noted as gone": _("Noted as gone"),
        "cleaned": _("Forgotten by the ledger"),
    }
    return named.get(what, one_line(what))


def _total(found: Sequence[Compared], total: Mapping[str, int], shown: Sequence[FindingKind], words: Words) -> FoundRow:
    listed = [each.daktela for each in found if each.daktela is not None]
    return FoundRow(
        mapping=words.gettext("All together"),
        tone="",
        state="",
        salesforce=words.number(sum(each.salesforce for each in found)),
        daktela=words.number(sum(listed)) if len(listed) == len(found) else "–",
        cells=tuple(words.number(total.get(kind.value, 0)) for kind in shown),
        remarks=(),
        code_remarks=(),
    )
