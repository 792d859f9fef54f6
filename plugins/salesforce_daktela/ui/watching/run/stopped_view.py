"""What is said of a run that its first task has ended, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.ui.watching.run.facts import Stopped
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedView:
    """What happened and whether anything was written; ``lines`` are sentences of the product, in English."""

    title: str
    nothing: str
    advice: str
    lines: tuple[str, ...]


def show_stopped(stopped: Stopped, words: Words, *, again: bool = False) -> StoppedView:
    """Return what is said. Where the task left no reason, its log has it. ``again``: an earlier try left reports."""
    _ = words.gettext
    nothing = (
        _("The run was cleared, and has read and written nothing since. What stands below is of the try before.")
        if again
        else _("Nothing was read or written, and the watermarks stay where they were.")
    )
    if stopped.deferred:
        return StoppedView(
            title=_("A limit was reached before anything was read"),
            nothing=nothing,
            advice=_("Nothing is lost: the next run goes on where this one stopped."),
            lines=(one_line(stopped.deferred),),
        )
    told = stopped.failure or {}
    what = ": ".join(str(told[name]) for name in ("where", "what") if told.get(name))
    lines = tuple(one_line(line) for text in (what, str(told.get("advice", ""))) for line in text.splitlines() if line)
    return StoppedView(
        title=_("The check before the run failed"),
        nothing=nothing,
        advice="" if lines else _("The log of the failed task says why, and what to do."),
        lines=lines,
    )
