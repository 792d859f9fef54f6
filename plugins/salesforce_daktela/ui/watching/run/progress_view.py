"""How far a mapping has come, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.ui.watching.run.facts import Underway
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """``share`` is between 0 and 1, None while it is not known how much there is to do. Texts may be empty."""

    mapping: str
    phase: str
    done: str
    rate: str
    left: str
    share: float | None


def show_progress(underway: Underway, words: Words) -> ProgressRow:
    """Return it: rows read while it reads, rows loaded of those read afterwards."""
    _ = words.gettext
    if not underway.all_read or (not underway.loaded and underway.load is None):
        reads = _("Reading Salesforce") if not underway.all_read else _("Read; not loaded yet")
        return ProgressRow(
            mapping=underway.mapping,
            phase=reads,
            done=_("%(rows)s rows read") % {"rows": words.number(underway.read)},
            rate="",
            left="",
            share=None,
        )
    # Parts count when they are done; what is written of the others is known from the requests.
    written = 0 if underway.load is None else underway.load.written
    done = min(underway.read, max(underway.loaded, written))
    rate = 0.0 if underway.load is None else done / max(1.0, underway.load.seconds)
    return ProgressRow(
        mapping=underway.mapping,
        phase=_("Loading into Daktela"),
        done=_("%(done)s of %(rows)s rows") % {"done": words.number(done), "rows": words.number(underway.read)},
        rate=_("%(rate)s rows a second") % {"rate": words.number(round(rate, 1))} if rate else "",
        left=_("about %(time)s left") % {"time": words.span((underway.read - done) / rate)} if rate else "",
        share=done / underway.read if underway.read else None,
    )
