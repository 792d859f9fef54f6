"""Reads the folder beside a draft, and what Airflow has of the sync."""

from __future__ import annotations

from sqlalchemy.orm import Session

from salesforce_daktela.steps.run.fingerprint import sync_fingerprint
from salesforce_daktela.steps.setup.folder import read_with, why_unwritable
from salesforce_daktela.ui.deployment import read_deployment
from salesforce_daktela.ui.drafting import OpenDraft
from salesforce_daktela.ui.save.facts import FileFacts, SaveFacts


def read_save(opened: OpenDraft, session: Session) -> SaveFacts:
    """Return what the page shows. Raises ConfigurationError when the folder cannot be read."""
    spec, problems = opened.check()
    mappings = opened.folder.parent
    return SaveFacts(
        sync=opened.sync,
        folder=str(opened.folder),
        repository=f"{mappings.parent.name}/{mappings.name}/{opened.sync}",
        version=opened.version,
        kept=opened.version > 0 and (opened.unsaved or not opened.draft.landed),
        files=read_changes(opened),
        problems=problems,
        unwritable=why_unwritable(opened.folder) or "",
        fingerprint=None if spec is None else sync_fingerprint(spec),
        deployment=read_deployment(session, opened.sync),
        texts=opened.texts,
    )


def read_changes(opened: OpenDraft) -> tuple[FileFacts, ...]:
    """The files of the draft that differ from what they were made from, beside what the folder holds now."""
    present = {name: file.text for name, file in read_with(opened.folder, opened.draft.changed).items()}
    changed = [(name, opened.draft.files[name]) for name in opened.draft.changed]
    return tuple(
        FileFacts(name=name, mine=file.text, base=file.base, present=present.get(name)) for name, file in changed
    )
