"""How a run ended, in two sentences: what happened, and what is to be done. Pure."""

from __future__ import annotations

from collections.abc import Collection

from salesforce_daktela.ui.runs.facts import RunFacts
from salesforce_daktela.ui.wording import Words


def show_ending(run: RunFacts, states: Collection[str], *, asks: bool, written: bool, words: Words) -> tuple[str, str]:
    """Return title and advice; both are empty while there is nothing to say.

    ``states`` are those of the run's mappings, none where they are not known. ``asks`` is whether a task waits for an
    answer, ``written`` whether any mapping has written.
    """
    _ = words.gettext
    if not run.ended:
        if asks:
            return _("The run waits for an answer"), _("Open the task in Airflow: it says why, and takes the answer.")
        return "", ""
    if run.state == "failed":
        return _("The run failed"), _("The failed tasks say what to do. What was written stays, nothing is doubled.")
    if "failed" in states:
        # Tasks that somebody marks do not run again, so what the mapping has reported stands.
        return (
            _("Somebody marked it as successful"),
            _("A mapping has failed all the same: what it says is below. What was written stays, nothing is doubled."),
        )
    if "deferred" in states:
        return _("A limit was reached"), _("Nothing is lost: the next run goes on where this one stopped.")
    if "declined" in states and written:
        return _("Somebody declined it"), _("What the run had written before stays; the next run asks again.")
    if "declined" in states:
        return _("Somebody declined it"), _("Nothing was written; the next run asks again.")
    if "planned" in states:
        return _("It was only a plan"), _("Nothing was written, as asked.")
    if not states:
        return _("The run has succeeded"), ""
    return _("The run is settled"), _("Every record that was read has exactly one outcome.")
