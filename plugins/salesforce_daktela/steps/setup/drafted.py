"""What the files of a draft say, as far as they can be read: a draft may have mistakes. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from salesforce_daktela.mapping.editing.controls import SYNC
from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.form import Form, Row, read_form
from salesforce_daktela.mapping.language.loader import SYNC_FILE
from salesforce_daktela.mapping.model import LINK, Entity, SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.sources import parse_source, rule_paths

SUFFIX = ".yaml"
USUAL = {each.name: each.default for each in fields(SyncSpec)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedSync:
    """What ``sync.yaml`` says of the two ends; ``mappings`` in its order."""

    salesforce_conn_id: str = str(USUAL["salesforce_conn_id"])
    daktela_conn_id: str = str(USUAL["daktela_conn_id"])
    database: str | None = None
    timezone: str | None = None
    mappings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedMapping:
    """One mapping file; ``entity`` is None where the file names none."""

    name: str
    sobject: str
    entity: Entity | None
    where: str | None
    rows: tuple[Row, ...]

    @property
    def record_type(self) -> str | None:
        """The type of the records it writes, if they have one and it is a constant."""
        kind = None if self.entity is None else self.entity.type_field
        found = (str(row.constant) for row in self.rows if row.target == kind and row.constant is not None)
        return next(found, None)

    @property
    def targets(self) -> frozenset[str]:
        """The Daktela fields that have a row."""
        return frozenset(row.target for row in self.rows)

    def paths(self) -> tuple[str, ...]:
        """The Salesforce paths of its rows that are written rightly, each once."""
        found: dict[str, None] = {}
        for row in self.rows:
            for source in row.sources:
                with contextlib.suppress(ValueError):
                    found.update(dict.fromkeys(rule_paths((parse_source(source),))))
        return tuple(path for path in found if path != LINK)


def drafted_sync(texts: Mapping[str, str]) -> DraftedSync:
    """Return what ``sync.yaml`` says; defaults where there is none, or none that can be read."""
    form = _form(texts.get(SYNC_FILE, ""), of_sync=True)
    settings = {} if form is None else form.settings
    told = {name: text for name in ("salesforce_conn_id", "daktela_conn_id") if (text := _text(settings.get(name)))}
    listed = settings.get("mappings")
    return DraftedSync(
        **told,
        database=_text(settings.get("database")),
        timezone=_text(settings.get("timezone")),
        mappings=tuple(str(name) for name in listed) if isinstance(listed, list) else (),
    )


def drafted_mapping(texts: Mapping[str, str], name: str) -> DraftedMapping | None:
    """Return what a mapping file says; None where it cannot be read, or is not there."""
    form = _form(texts.get(f"{name}{SUFFIX}", ""))
    if form is None:
        return None
    entity = _text(form.settings.get("daktela"))
    return DraftedMapping(
        name=name,
        sobject=_text(form.settings.get("salesforce")) or "",
        entity=Entity(entity) if entity in list(Entity) else None,
        where=_text(form.settings.get("where")),
        rows=form.rows,
    )


def mapping_names(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the mapping files: those that ``sync.yaml`` lists, in its order, then the others."""
    there = [name.removesuffix(SUFFIX) for name in sorted(texts) if name != SYNC_FILE and name.endswith(SUFFIX)]
    listed = [name for name in dict.fromkeys(drafted_sync(texts).mappings) if name in there]
    return (*listed, *(name for name in there if name not in listed))


@lru_cache(maxsize=128)
def _form(text: str, *, of_sync: bool = False) -> Form | None:
    """Parsing takes some ten milliseconds, and one page asks for all files."""
    try:
        return read_form(text, controls=SYNC) if of_sync else read_form(text)
    except MappingError:
        return None


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None
