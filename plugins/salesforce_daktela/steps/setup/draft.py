"""What a person has changed in a sync's files and not saved yet, with the way back. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.editing.controls import SETTINGS, SYNC
from salesforce_daktela.mapping.editing.merging import merged
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.steps.setup.folder import is_companion
from salesforce_daktela.steps.setup.save import FileChange

FORMAT = 1
MOST_STEPS = 200
MOST_KEPT = 2_000_000
"""Characters of former texts: a draft is read and kept whole."""

Texts = Mapping[str, str | None]
"""Texts by file name; None is a file that is not there."""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file's text and the text of the folder's file it was made from; None is no file."""

    text: str | None
    base: str | None

    @property
    def seen(self) -> str | None:
        """The digest of the file it was made from, as ``PresentFile`` has it."""
        return None if self.base is None else hashlib.sha256(self.base.encode()).hexdigest()

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.text != self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The files of one sync by name; of its companions (tests, the lock file) those that a step has changed.

    ``past`` and ``ahead`` hold, for each step back or forth, the texts it brings. ``landed`` are files whose changes
    the folder has by now. They are kept with the text they were made from: a folder may lose them again, as that of a
    pod does with the pod. ``written`` are the digests of texts that were saved from this draft, by file: somebody else
    may go on from them before anything of this person's is opened again.
    """

    files: Mapping[str, DraftFile]
    past: tuple[Texts, ...] = field(default=())
    ahead: tuple[Texts, ...] = field(default=())
    landed: Mapping[str, DraftFile] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forth."""
        return bool(self.ahead)

    @property
    def texts(self) -> dict[str, str]:
        """The mapping files as they would be saved."""
        return {name: text for name, text in self._all_texts.items() if not is_companion(name)}

    def companions(self, present: Texts) -> dict[str, str]:
        """The companions as they would be saved over those that are ``present``."""
        mine = {name: file.text for name, file in self.files.items() if is_companion(name)}
        return {name: text for name, text in sorted({**present, **mine}.items()) if text is not None}

    @property
    def _all_texts(self) -> dict[str, str]:
        return {name: file.text for name, file in sorted(self.files.items()) if file.text is not None}

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the files that differ from the folder's."""
        return tuple(name for name, file in sorted(self.files.items()) if file.changed)

    def changes(self) -> list[FileChange]:
        """What to hand to ``save_files``."""
        changed = [(name, self.files[name]) for name in self.changed]
        return [FileChange(name=name, text=file.text, seen=file.seen) for name, file in changed]

    def with_texts(self, texts: Texts) -> Draft:
        """Set files in one step; texts that are there already make none."""
        now = self._texts_of(texts)
        new = {name: text for name, text in texts.items() if text != now[name]}
        if not new:
            return self
        return replace(self._set(new), past=_bounded((*self.past, {name: now[name] for name in new})), ahead=())

    def with_companions(self, texts: Texts, present: Texts) -> Draft:
        """Set files in one step, companions among them, which are ``present`` in the folder with these texts."""
        joined = {name: DraftFile(present.get(name), present.get(name)) for name in texts if is_companion(name)}
        joining = replace(self, files={**joined, **self.files})
        changed = joining.with_texts(texts)
        return self if changed is joining else changed

    def with_text(self, name: str, text: str | None) -> Draft:
        """Set one file; None takes it out."""
        return self.with_texts({name: text})

    def undo(self) -> Draft:
        """Take the last step back; the same draft when there is none."""
        if not self.past:
            return self
        *past, step = self.past
        return replace(self._set(step), past=tuple(past), ahead=(*self.ahead, self._texts_of(step)))

    def redo(self) -> Draft:
        """Take the step that was taken back; the same draft when there is none."""
        if not self.ahead:
            return self
        *ahead, step = self.ahead
        return replace(self._set(step), ahead=tuple(ahead), past=(*self.past, self._texts_of(step)))

    def settled(self, name: str, present: str | None, text: str | None) -> Draft:
        """Return this draft with one file begun anew from what the folder holds now; there is no way back to before."""
        left = {other: file for other, file in self.files.items() if other != name}
        begun = {} if present is None and text is None else {name: DraftFile(text, present)}
        past, ahead = (tuple(step for step in steps if name not in step) for steps in (self.past, self.ahead))
        landed = {other: file for other, file in self.landed.items() if other != name}
        written = {other: digest for other, digest in self.written.items() if other != name}
        return Draft(files={**left, **begun}, past=past, ahead=ahead, landed=landed, written=written)

    def saved(self) -> Draft:
        """Return this draft as it is kept after a save: with all its changes, and no way back to before."""
        written = {name: digest_of(self.files[name].text) for name in self.changed}
        return replace(self, past=(), ahead=(), written={**self.written, **written})

    def over(self, present: Mapping[str, str]) -> Draft:
        """Return this draft over what the folder holds now.

        A file that the person has not changed is the folder's, and steps that speak of it are gone when it differs. So
        is one that was saved, and that somebody else has gone on from. A file that the person has changed keeps the
        text it was made from: saving it tells of a conflict.
        """
        files: dict[str, DraftFile] = {}
        landed: dict[str, DraftFile] = {}
        moved = set()
        for name in sorted({*self.files, *present}):
            mine, there = self.files.get(name, DraftFile(None, None)), present.get(name)
            taken = mine.text == there or self._goes_on(name, mine, there)
            files[name] = mine if mine.changed and not taken else DraftFile(there, there)
            if files[name].text != mine.text:
                moved.add(name)
            if mine.changed and taken:
                landed[name] = mine
        kept = {name: file for name, file in files.items() if file != DraftFile(None, None)}
        past, ahead = (tuple(step for step in steps if not moved & step.keys()) for steps in (self.past, self.ahead))
        return Draft(files=kept, past=past, ahead=ahead, landed=landed, written=self.written)

    def _goes_on(self, name: str, mine: DraftFile, there: str | None) -> bool:
        """Whether the folder's text was made from the one that was saved here.

        A folder that has lost the save has what it was made from, or that with other changes: a mapping file does not
        have those of the draft then.
        """
        if self.written.get(name) != digest_of(mine.text) or there == mine.base:
            return False
        if mine.text is None or mine.base is None or there is None or is_companion(name):
            return True
        try:
            return merged(mine.base, mine.text, there, controls=SYNC if name == SYNC_FILE else SETTINGS) == there
        except PipelineError:
            return False

    def kept_files(self) -> dict[str, DraftFile]:
        """The files as they are kept: those that have landed as they were made."""
        absent = DraftFile(None, None)
        now = {name: self.files.get(name, absent) for name in self.landed}
        still = {name: file for name, file in self.landed.items() if now[name] == DraftFile(file.text, file.text)}
        return {**self.files, **still}

    def _texts_of(self, names: Texts) -> dict[str, str | None]:
        return {name: self.files[name].text if name in self.files else None for name in names}

    def _set(self, texts: Texts) -> Draft:
        files = dict(self.files)
        for name, text in texts.items():
            files[name] = DraftFile(text, files[name].base if name in files else None)
        return replace(self, files=files)


def begin_draft(present: Mapping[str, str]) -> Draft:
    """Return a draft that changes nothing in the folder's files."""
    return Draft(files={name: DraftFile(text, text) for name, text in present.items()})


def digest_of(text: str | None) -> str:
    """Return what tells a text from others, empty for no file."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def draft_document(draft: Draft) -> str:
    """Return a draft as JSON, to keep it."""
    files = {name: [file.text, file.base] for name, file in draft.kept_files().items()}
    document = {"format": FORMAT, "files": files, "past": draft.past, "ahead": draft.ahead, "written": draft.written}
    return json.dumps(document, ensure_ascii=False)


def draft_of(document: str) -> Draft:
    """Return the draft of a document of this program. Raises ValueError for any other."""
    found = json.loads(document)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError("another format")
    files = {name: DraftFile(text, base) for name, (text, base) in found["files"].items()}
    written = dict(found.get("written", {}))
    return Draft(files=files, past=tuple(found["past"]), ahead=tuple(found["ahead"]), written=written)


def _bounded(steps: tuple[Texts, ...]) -> tuple[Texts, ...]:
    """The newest steps, as many as are kept."""
    room, first = MOST_KEPT, len(steps)
    while first > max(0, len(steps) - MOST_STEPS):
        room -= sum(len(text or "") for text in steps[first - 1].values())
        if room < 0:
            break
        first -= 1
    return steps[first:]
