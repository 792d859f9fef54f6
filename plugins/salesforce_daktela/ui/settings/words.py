"""The names of a sync's settings, and what each does, in the words of one language."""

from __future__ import annotations

from salesforce_daktela.ui.wording import Words


def group_titles(words: Words) -> dict[str, str]:
    """The headings, by the group's key."""
    _ = words.gettext
    return {"": _("When it runs"), "limits": _("Limits"), "approve": _("When a run asks first")}


def label_of(path: str, words: Words) -> str:
    """Return the name of a field."""
    _ = words.gettext
    return {
        "schedule": _("Schedule"),
        "timezone": _("Time zone"),
        "reconcile": _("Compare both sides"),
        "retain": _("Keep the parts of a run"),
        "fresh_within": _("Say when older than"),
        "limits.requests_per_second": _("Requests to Daktela per second"),
        "limits.workers": _("Connections to Daktela"),
        "limits.reserve_api_calls": _("Salesforce calls that must stay"),
        "limits.budget_api_calls": _("Salesforce calls of one run"),
        "limits.part_rows": _("Records in one part"),
        "limits.bulk_above": _("Bulk API from"),
        "limits.bulk_timeout": _("Longest Bulk job"),
        "limits.overlap": _("Overlap"),
        "limits.lag": _("Lag"),
        "approve.first_load": _("Before the first records"),
        "approve.changes_above": _("Above a share of changes"),
        "approve.removals": _("Before each removal"),
    }[path]


def about(path: str, words: Words) -> tuple[str, str]:
    """Return what a field does, and what holds while it is empty."""
    _ = words.gettext
    return {
        "schedule": (_("A cron expression of five fields, read in the time zone."), _("only when somebody starts it")),
        "timezone": (_("The clock of the Daktela server, such as Europe/Prague."), _("that of the Daktela connection")),
        "reconcile": (
            _("When every record of both sides is compared: a cron expression, or never."),
            "17 3 * * 0",
        ),
        "retain": (_("They hold customers' data: 30s, 10m, 2h, 1d, at most 7d."), "0s"),
        "fresh_within": (
            _("How old what Daktela holds may become before somebody is told, such as 30m."),
            _("nobody is told"),
        ),
        "limits.requests_per_second": (_("Of all tasks of this sync together, 0.1 to 1000."), "10"),
        "limits.workers": (_("At once, of each task, 1 to 64."), "4"),
        "limits.reserve_api_calls": (_("Of the day's calls, a percentage or a number."), "20%"),
        "limits.budget_api_calls": (_("A run that needs more stops, and the next one goes on."), _("no bound")),
        "limits.part_rows": (_("What one task holds in memory, 1 to 50000."), "10000"),
        "limits.bulk_above": (_("Records from which Bulk API 2.0 reads instead of REST."), "2000"),
        "limits.bulk_timeout": (_("Then it is aborted, and REST reads."), "2h"),
        "limits.overlap": (_("How far each run reads back before the last one's end."), "10m"),
        "limits.lag": (_("How much of the newest past is left to the next run."), "5s"),
        "approve.first_load": (_("Of a mapping, when nothing of it was loaded yet."), _("no")),
        "approve.changes_above": (_("Of the records that Daktela holds, such as 20%."), _("never")),
        "approve.removals": (_("Otherwise only above a mapping's max_removals."), _("no")),
    }[path]
