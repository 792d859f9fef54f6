"""The last run of a sync in words."""

from __future__ import annotations

from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.syncs.facts import LastRun
from salesforce_daktela.ui.wording import Words


def run_label(run: LastRun, words: Words) -> tuple[str, str]:
    """Return how a run stands: the name of a colour, and its words."""
    _ = words.gettext
    match run.state:
        case "success" if run.unwritten == "deferred":
            return "waiting", _("Deferred by a limit")
        case "success" if run.unwritten == "declined":
            return "paused", _("Declined")
        case "success" if run.unwritten == "planned":
            return "active", _("Planned only")
        case "success":
            return "active", _("Succeeded")
        case "failed":
            return "broken", _("Failed")
        case "running":
            return "waiting", _("Running")
        case _:
            return "paused", _("Queued")


def counted(run: LastRun, words: Words) -> str:
    """Return how many records had which outcome. A run that has no account yet says nothing."""
    _ = words.gettext
    labels = {
        Outcome.CREATED: _("%(count)s created"),
        Outcome.UPDATED: _("%(count)s updated"),
        Outcome.ADOPTED: _("%(count)s adopted"),
        Outcome.REMOVED: _("%(count)s removed"),
        Outcome.KEPT: _("%(count)s kept"),
        Outcome.BECAME: _("%(count)s carried on by their contacts"),
        Outcome.PARKED: _("%(count)s parked"),
        Outcome.GONE: _("%(count)s gone"),
        Outcome.REJECTED: _("%(count)s rejected"),
        Outcome.DEFERRED: _("%(count)s deferred"),
        Outcome.UNCHANGED: _("%(count)s unchanged"),
    }
    found = [
        label % {"count": words.number(run.counts[outcome])}
        for outcome, label in labels.items()
        if run.counts.get(outcome)
    ]
    return " · ".join(found)
