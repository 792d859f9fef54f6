"""Why a sync can neither be planned nor activated yet, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.ui.runs.facts import Standing, SyncStanding
from salesforce_daktela.ui.way import Step
from salesforce_daktela.ui.wording import Words

MOST_PROBLEMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """``step`` is where to go on, empty where one can only wait.

    ``waits_for`` is a DAG whose appearance the page waits for, ``files`` the fingerprint that it has to name; both may
    be empty.
    """

    title: str
    advice: str
    step: str
    step_label: str
    problems: tuple[str, ...] = ()
    waits_for: str = ""
    files: str = ""


def show_blocked(standing: SyncStanding, words: Words) -> Blocked | None:
    """Return what stands in the way; None when the sync can be planned and activated."""
    _ = words.gettext
    match standing.standing:
        case Standing.DRAFT if standing.dag is not None:
            return Blocked(
                title=_("Its files are not here"),
                advice=_("Its DAG is there, but its files are not in the folder that this page reads."),
                step="",
                step_label="",
            )
        case Standing.DRAFT:
            return Blocked(
                title=_("Save first"),
                advice=_("Airflow runs what is in the mappings folder. This sync is a draft so far."),
                step=Step.SAVE,
                step_label=_("Go to Save"),
            )
        case Standing.BROKEN:
            return Blocked(
                title=_("Its files have mistakes"),
                advice=_("Mend these places and save. Until then its runs stop before they write anything."),
                step=Step.MAP,
                step_label=_("Go to Map"),
                problems=tuple(one_line(str(problem)) for problem in standing.problems[:MOST_PROBLEMS]),
            )
        case Standing.WAITING:
            return Blocked(
                title=_("Waiting for deployment"),
                advice=_(
                    "Airflow has not read these files yet. This page goes on by itself as soon as it has. "
                    "If that takes minutes, deploy them to its DAG processor."
                ),
                step=Step.SAVE,
                step_label=_("Back to Save"),
                waits_for=LOADING + standing.name,
                files="" if standing.spec is None else sync_fingerprint(standing.spec),
            )
        case Standing.DEPLOYED:
            return None
