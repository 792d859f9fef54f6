"""The draft that a person has of a sync, over the folder as it is now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, HTTPException

from salesforce_daktela.airflow.environment import AirflowEnvironment
from salesforce_daktela.errors import ConfigurationError, PipelineError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.setup.drafts import StaleDraftError, StoredDraft
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError, MappingProblem
from salesforce_daktela.steps.setup.draft import Draft, begin_draft, draft_document, draft_of
from salesforce_daktela.steps.setup.folder import read_companions, read_with
from salesforce_daktela.steps.setup.save import check_files
from salesforce_daktela.ui.environment import LEDGER_TROUBLE, environment
from salesforce_daktela.ui.rights import edits_sync

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """``version`` is that of the kept draft, 0 where none is kept. ``folder`` may not be there yet."""

    person: str
    sync: str
    folder: Path
    draft: Draft
    version: int
    environment: AirflowEnvironment

    @property
    def texts(self) -> dict[str, str]:
        """The files as the draft has them, by name."""
        return self.draft.texts

    @property
    def unsaved(self) -> bool:
        """Whether there is something to save."""
        return bool(self.draft.changed)

    def check(self) -> tuple[SyncSpec | None, tuple[MappingProblem, ...]]:
        """Return the sync that the draft makes, or every problem of its files."""
        texts: Mapping[str, str | None] = {name: file.text for name, file in self.draft.files.items()}
        try:
            return check_files(self.folder, texts, transforms_folder=self.environment.transforms_folder()), ()
        except MappingError as exc:
            return None, exc.problems

    def companions(self) -> dict[str, str]:
        """The tests and the lock file of the sync, by name, as they would be saved."""
        return self.draft.companions(self._companions_there())

    def drafting(self, texts: Mapping[str, str | None]) -> OpenDraft:
        """Keep it with other texts, companions among them. Raises 409 as ``keep``."""
        return self.keep(self.draft.with_companions(texts, self._companions_there()))

    def _companions_there(self) -> dict[str, str]:
        return {name: file.text for name, file in read_companions(self.folder).items()}

    def keep(self, draft: Draft) -> OpenDraft:
        """Keep another state of it. Raises 409 when another window of this person has kept one meanwhile."""
        try:
            version = drafts_ledger().drafts.keep(self.person, self.sync, draft_document(draft), seen=self.version)
        except StaleDraftError as exc:
            raise HTTPException(409, str(exc)) from exc
        return replace(self, draft=draft, version=version)

    def having(self, draft: Draft, version: int) -> OpenDraft:
        """Keep another state of it that a page of this version asks for.

        What it says already is taken for kept, whatever the version: the page may not have heard so. Raises 409 as
        ``keep`` and ``seen`` do.
        """
        return self if draft is self.draft else self.seen(version).keep(draft)

    def discard(self) -> None:
        """Throw it away: the folder's files are what counts again. Raises 409 as ``keep`` does."""
        try:
            drafts_ledger().drafts.discard(self.person, self.sync, seen=self.version)
        except StaleDraftError as exc:
            raise HTTPException(409, str(exc)) from exc

    def seen(self, version: int) -> OpenDraft:
        """Return this draft if it is the one a page was made from. Raises 409 otherwise."""
        if version != self.version:
            raise HTTPException(409, str(StaleDraftError(self.sync)))
        return self


def open_draft(sync: str, user: GetUserDep) -> OpenDraft:
    """Dependency: the draft of whoever asks, if they may change the sync's DAG.

    Raises 403, 404, and ConfigurationError when the folder or the ledger cannot be read.
    """
    edits_sync(sync, user)
    person = user.get_id()
    folder = environment().mappings_folder() / sync
    stored = drafts_ledger().drafts.read(person, sync)
    restored = _restored(stored, sync)
    present = _present(folder, restored)
    draft = restored or begin_draft(present)
    return OpenDraft(
        person=person,
        sync=sync,
        folder=folder,
        draft=draft.over(present),
        version=0 if stored is None else stored.version,
        environment=environment(),
    )


def settle(opened: OpenDraft) -> None:
    """Throw away a draft of a sync that is deployed as the folder has it, if the folder has all that it changes."""
    if opened.draft.landed and not opened.unsaved:
        with suppress(HTTPException):
            # What another window has kept in the meantime is another change.
            opened.discard()


def unsaved_syncs(person: str, environment: AirflowEnvironment, deployed: Callable[[str], bool]) -> set[str]:
    """Return the syncs of which a person has a draft that differs from the folder.

    Drafts are settled on the way: ``deployed`` tells whether a sync's DAG was made from the folder as it is. A ledger
    that cannot be read has no drafts, and a folder of one sync none of that: the page that lists syncs says so itself.
    """
    try:
        ledger = environment.ledger()
        version = ledger.overview.version()
        if version.found != version.known:
            return set()
        return {sync for sync in ledger.drafts.syncs(person) if _differs(ledger, person, sync, environment, deployed)}
    except LEDGER_TROUBLE as exc:
        log.warning("drafts cannot be listed: %s", type(exc).__name__)
        return set()


def _present(folder: Path, draft: Draft | None) -> dict[str, str]:
    return {name: file.text for name, file in read_with(folder, () if draft is None else draft.files).items()}


def _differs(
    ledger: Ledger, person: str, sync: str, environment: AirflowEnvironment, deployed: Callable[[str], bool]
) -> bool:
    stored = ledger.drafts.read(person, sync)
    draft = _restored(stored, sync)
    if stored is None or draft is None:
        return False
    try:
        now = draft.over(_present(environment.mappings_folder() / sync, draft))
    except ConfigurationError as exc:
        log.warning("the draft of sync %s cannot be held against its folder: %s", sync, type(exc).__name__)
        return False
    if now.landed and not now.changed and deployed(sync):
        with suppress(PipelineError):
            ledger.drafts.discard(person, sync, seen=stored.version)
    return bool(now.changed)


DraftDep: TypeAlias = Annotated[OpenDraft, Depends(open_draft)]


@cache
def drafts_ledger() -> Ledger:
    """The ledger, with the table of drafts: before the first run there may be no tables yet."""
    ledger = environment().ledger()
    ledger.upgrade()
    return ledger


def _restored(stored: StoredDraft | None, sync: str) -> Draft | None:
    if stored is None:
        return None
    try:
        return draft_of(stored.document)
    except (ValueError, KeyError, TypeError) as exc:
        log.warning("the draft of sync %s cannot be read (%s): it begins anew", sync, type(exc).__name__)
        return None
