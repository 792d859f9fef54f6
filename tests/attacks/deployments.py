"""The shipped mappings under every policy a history may meet, each written once and read many times."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.homes import PEOPLE, PREFIX_OF
from tests.scenarios.conftest import PROJECT

MAPPINGS = ("accounts", "contacts", "leads", "opportunities")
WITH_PEOPLE = ("accounts", "people", "contacts", "leads")
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
    """One deployment: its folder and what stands in it. Numbers four apart have the same mappings.

    ``people`` says that the org has person accounts, and that the files are those of their example.
    """

    number: int
    folder: Path
    policies: dict[str, Policy]
    bulk_above: int
    part_rows: int
    people: bool = False


def draw_settings(number: int, home: Path, *, people: bool = False) -> Settings:
    """Return deployment ``number`` below ``home``, written if it is not there yet."""
    kind = "people" if people else "deployment"
    rng = random.Random(f"{kind} {number}")  # noqa: S311  the same again from the same seed
    settings = Settings(
        number=number,
        people=people,
        folder=home / f"{kind}-{number}" / "default",
        policies={name: _policy(rng, name, people=people) for name in (WITH_PEOPLE if people else CHOICES[number % 4])},
        bulk_above=rng.choice((0, 4, *[2000] * 5)),
        part_rows=rng.choice((10_000, 3, 1)),
    )
    if not settings.folder.exists():
        _write(settings)
    return settings


def _policy(rng: random.Random, mapping: str, *, people: bool) -> Policy:
    persons, contacts = mapping in ("contacts", "leads", "people"), mapping == "contacts"
    becomes = mapping == "leads" and rng.random() < 0.8
    return Policy(
        on_delete=rng.choice(POLICIES),
        on_filter_exit=rng.choice(POLICIES),
        on_gone=rng.choice(("keep", "keep", "recreate")),
        reread=rng.choice(("never", "never", "1h", "1d")),
        max_removals=rng.choice((100, 100, 1)),
        filtered=mapping == "leads" or (contacts and not people and rng.random() < 0.5),
        matched=persons and rng.random() < 0.7,
        formula=contacts and not people and rng.random() < 0.6,
        becomes=becomes,
        merges=becomes and rng.random() < 0.6,
    )


def _write(settings: Settings) -> None:
    settings.folder.mkdir(parents=True)
    shipped = PROJECT / "include" / "mappings"
    source = shipped / "examples" / "person_accounts" if settings.people else shipped / "default"
    numbers = f"bulk_above: {settings.bulk_above}, part_rows: {settings.part_rows}"
    limits = f"limits: {{requests_per_second: 1000, workers: 3, lag: 0s, {numbers}}}"
    mappings = f"mappings: [{', '.join(settings.policies)}]"
    _replace(source / "sync.yaml", settings.folder / "sync.yaml", [("limits: {", limits), ("mappings: ", mappings)])
    for name, policy in settings.policies.items():
        changes = _changes(settings, name, policy)
        _replace(source / f"{name}.yaml", settings.folder / f"{name}.yaml", changes)


def _changes(settings: Settings, name: str, policy: Policy) -> list[tuple[str, str]]:
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
        others = f", {PEOPLE}: ConvertedAccountId" if settings.people else ""
        changes.append(("becomes: ", f"becomes: {{contacts: ConvertedContactId{others}}}\non_both: merge"))
    if policy.formula:
        changes.append(("  firstname: ", "  firstname: {from: FirstName, transforms: [trim]}\n" + FORMULA))
    if policy.matched and (settings.people or name == "leads"):
        changes.append(("key: ", f'key: "{PREFIX_OF[name]}{{Id}}"\nmatch: [customFields.email]'))
    return changes


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
