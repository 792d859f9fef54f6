"""The shipped mappings under every policy a history may meet, each written once and read many times."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.scenarios.conftest import PROJECT

MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
CHOICES = (MAPPINGS[:2], MAPPINGS[:3], MAPPINGS[:2], (*MAPPINGS[:2], MAPPINGS[3]))
MARK = "salesforce_removed"
POLICIES = ("keep", "mark", "delete")
VARIANTS = 48
"""How many deployments there are: reading their files takes longer than a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one mapping file says about what leaves, comes back, and is read again."""

    on_delete: str
    on_filter_exit: str
    on_gone: str
    reread: str
    max_removals: int
    filtered: bool = False
    matched: bool = False
    formula: bool = False
    becomes: bool = False
    merges: bool = False

    def lines(self) -> str:
        """Its lines in the file."""
        keys = ("on_delete", "on_filter_exit", "on_gone", "reread", "max_removals")
        lines = [f"{key}: {getattr(self, key)}" for key in keys]
        return "\n".join([*lines, f"mark: {{customFields.{MARK}: 1}}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One deployment: its folder and what stands in it. Numbers four apart have the same mappings."""

    number: int
    folder: Path
    policies: dict[str, Policy]
    bulk_above: int
    part_rows: int


def draw_settings(number: int, home: Path) -> Settings:
    """Return deployment ``number`` below ``home``, written if it is not there yet."""
    rng = random.Random(f"deployment {number}")  # noqa: S311  the same again from the same seed
    settings = Settings(
        number=number,
        folder=home / f"deployment-{number}" / "default",
        policies={name: _policy(rng, name) for name in CHOICES[number % 4]},
        bulk_above=rng.choice((0, 4, *[2000] * 5)),
        part_rows=rng.choice((10_000, 3, 1)),
    )
    if not settings.folder.exists():
        _write(settings)
    return settings


def _policy(rng: random.Random, mapping: str) -> Policy:
    people, contacts = mapping in ("contacts", "leads"), mapping == "contacts"
    becomes = mapping == "leads" and rng.random() < 0.8
    return Policy(
        on_delete=rng.choice(POLICIES),
        on_filter_exit=rng.choice(POLICIES),
        on_gone=rng.choice(("keep", "keep", "recreate")),
        reread=rng.choice(("never", "never", "1h", "1d")),
        max_removals=rng.choice((100, 100, 1)),
        filtered=mapping == "leads" or (contacts and rng.random() < 0.5),
        matched=people and rng.random() < 0.7,
        formula=contacts and rng.random() < 0.6,
        becomes=becomes,
        merges=becomes and rng.random() < 0.6,
    )


def _write(settings: Settings) -> None:
    settings.folder.mkdir(parents=True)
    source = PROJECT / "include" / "mappings" / "default"
    numbers = f"bulk_above: {settings.bulk_above}, part_rows: {settings.part_rows}"
    limits = f"limits: {{requests_per_second: 1000, workers: 3, lag: 0s, {numbers}}}"
    mappings = f"mappings: [{', '.join(settings.policies)}]"
    _replace(source / "sync.yaml", settings.folder / "sync.yaml", [("limits: {", limits), ("mappings: ", mappings)])
    for name, policy in settings.policies.items():
        changes = [
            ("on_delete: ", policy.lines()),
            ("reject_above: ", "reject_above: 100%"),
            ("match: ", _match(policy)),
        ]
        if policy.filtered and name == "contacts":
            changes.append(("daktela: ", 'daktela: contacts\nwhere: "DoNotCall = false"'))
        if not policy.becomes:
            changes.append(("becomes: ", ""))
        if policy.merges:
            changes.append(("becomes: ", "becomes: {contacts: ConvertedContactId}\non_both: merge"))
        if policy.formula:
            changes.append(("  firstname: ", "  firstname: {from: FirstName, transforms: [trim]}\n" + FORMULA))
        if policy.matched and name == "leads":
            changes.append(("key: ", 'key: "sf_lead_{Id}"\nmatch: [customFields.email]'))
        _replace(source / f"{name}.yaml", settings.folder / f"{name}.yaml", changes)


FORMULA = "  customFields.job_title: Skore__c"


def _match(policy: Policy) -> str:
    return "match: [customFields.email]" if policy.matched else ""


def _replace(source: Path, target: Path, changes: Sequence[tuple[str, str]]) -> None:
    """Copy a file, with the lines that begin so replaced."""
    lines = []
    for line in source.read_text().splitlines():
        found = [new for old, new in changes if line.startswith(old)]
        lines.append(found[0] if found else line)
    target.write_text("\n".join(lines) + "\n")
