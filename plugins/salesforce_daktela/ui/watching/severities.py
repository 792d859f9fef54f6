"""How much a change of a schema matters, as every page says it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from salesforce_daktela.sync.drift import Severity
from salesforce_daktela.ui.wording import Words

SEVERITY_TONES: Mapping[Severity, str] = {
    Severity.ERROR: "broken",
    Severity.WARNING: "waiting",
    Severity.INFO: "paused",
}


def severity_names(words: Words) -> dict[Severity, str]:
    """The words for each."""
    _ = words.gettext
    return {Severity.ERROR: _("Stops a field"), Severity.WARNING: _("To look at"), Severity.INFO: _("To know")}
