"""Fuzzing that can be asked for in any amount; every case comes again from its seed and its number."""

from __future__ import annotations

import logging
import re
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Protocol

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.mapping.engine.compiled_mapping import compile_mapping
from salesforce_daktela.mapping.language.loader import UNFORESEEN, load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from sandbox.certificates import create_authority
from tests.attacks import daktela_replies, salesforce_replies
from tests.attacks.daktela_replies import daktela_attack
from tests.attacks.loaded_replies import load_attack
from tests.attacks.mapping_mutations import sync_folder
from tests.attacks.salesforce_replies import salesforce_attack
from tests.attacks.sync_folders import SyncFolder
from tests.mapping.conftest import frame_of, schema_of, transform_frame

log = logging.getLogger(__name__)

PROBLEM = re.compile(r"[^:]+(:[^:]*)?\.(yaml|yml|py):\d+: .+")
LONGEST_LINE = 2_000
"""Characters of one line of an error: four pieces of bounded length, and whatever stands between them."""
SECRETS = ("personal.example", daktela_replies.TOKEN, salesforce_replies.TOKEN, salesforce_replies.SECRET)
"""What every value of a customer in a spoiled reply holds, and what opens the two systems."""
VALUES = (
    "a" * 64 + "!",
    "x" * 60 + " b" * 20 + "?",
    "Žluťoučký\u0301 kůň",
    "0",
    "\x1b[31m\u202e",
    "=1+1",
    "1e999",
    "1.2.2026",
    ";",
)


def run_mappings(count: int, seed: int) -> dict[str, int]:
    """Load ``count`` spoiled sync folders and say what became of them.

    ``misreported`` counts those that ended in anything but a checked sync or a list of problems with their places;
    the log tells each by its number. A checked sync is used on a few rows: what was accepted has to work.
    """
    found = Counter({"fuzzed_mappings": 0, "accepted": 0, "refused": 0, "misreported": 0})
    for number in range(count):
        made = sync_folder(Random(f"{seed}:{number}"))  # noqa: S311 the same again from the same seed
        with tempfile.TemporaryDirectory() as home:
            outcome, wrong = _try_folder(made, Path(home))
        found["fuzzed_mappings"] += 1
        found[outcome] += 1
        if wrong:
            found["misreported"] += 1
            log.error("mapping %d:%d: %s", seed, number, wrong)
    return dict(found)


def run_replies(count: int, seed: int, home: Path) -> dict[str, int]:
    """Meet ``count`` spoiled replies over TLS, and say how they were taken.

    A third comes to whole loads, the others to the verbs of both systems' clients. What a load made of them has to be
    right after the first run whose replies are good again.

    ``misreported`` counts verbs that claimed what is not so, or ended in anything but an error of ours; ``leaked``
    counts errors and log lines that hold a customer's value or a secret. The log tells each by its number.
    """
    authority = create_authority(home)
    found = Counter({"fuzzed_replies": 0, "misreported": 0, "leaked": 0, "refused": 0})
    with _heard() as lines:
        with load_attack(authority.server_context, authority.ca, home) as loads:
            _meet(loads, "loaded", count // 3, seed, found, lines)
        count -= count // 3
        with daktela_attack(authority.server_context, authority.ca) as daktela:
            _meet(daktela, "Daktela", count // 2, seed, found, lines)
        with salesforce_attack(authority.server_context, authority.ca) as salesforce:
            _meet(salesforce, "Salesforce", count - count // 2, seed, found, lines)
    return dict(found)


class _Attack(Protocol):
    @property
    def spoiled(self) -> int: ...

    def case(self, random: Random) -> str: ...


def _meet(attack: _Attack, of: str, count: int, seed: int, found: Counter[str], lines: list[str]) -> None:
    number = 0
    while attack.spoiled < count:
        wrong, said = "", ""
        try:
            wrong = attack.case(Random(f"{seed}:{number}"))  # noqa: S311 the same again from the same seed
        except PipelineError as exc:
            found["refused"] += 1
            said = "".join(traceback.format_exception(exc))
        except Exception:  # noqa: BLE001 this is what the attack looks for
            wrong = traceback.format_exc()
        if any(secret in text for text in (said, *lines) for secret in SECRETS):
            found["leaked"] += 1
            log.error("%s reply %d:%d leaks", of, seed, number)
        if wrong:
            found["misreported"] += 1
            log.error("%s reply %d:%d: %s", of, seed, number, wrong)
        lines.clear()
        number += 1
    found["fuzzed_replies"] += attack.spoiled


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what would be written."""
        self._lines.append(f"{record.getMessage()} {record.exc_text or ''}")


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What our loggers say, at every level."""
    lines: list[str] = []
    handler = _Lines(lines)
    ours = logging.getLogger("salesforce_daktela")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


def _try_folder(made: SyncFolder, home: Path) -> tuple[str, str]:
    """What became of a folder, and what is wrong with that, empty if nothing."""
    folder, transforms = made.write(home)
    try:
        spec = load_sync(folder, transforms_folder=transforms)
    except MappingError as exc:
        return "refused", "; ".join(_wrong_with(exc))
    except Exception:  # noqa: BLE001 this is what the attack looks for
        return "crashed", traceback.format_exc()
    try:
        _use(spec, transforms)
    except MappingError as exc:
        return "accepted", "; ".join(_wrong_with(exc))
    except Exception:  # noqa: BLE001 this is what the attack looks for
        return "accepted", traceback.format_exc()
    return "accepted", ""


def _wrong_with(error: MappingError) -> Iterator[str]:
    """Each line of an error has to name a file and a line of it, say what, and say what to do."""
    lines = str(error).split("\n")
    yield from (line for line in lines if UNFORESEEN in line)
    if not error.problems or len(lines) > len(error.problems):
        yield f"{len(lines)} lines for {len(error.problems)} problems"
    for line in lines:
        if not PROBLEM.fullmatch(line) or not line.isprintable() or len(line) > LONGEST_LINE or line.count(": ") < 2:
            yield f"a line reads {ascii(line)[:300]}"


def _use(spec: SyncSpec, transforms: Path) -> None:
    """Map rows whose values are no kinder than the files were."""
    for mapping in spec.mappings:
        schema = schema_of(mapping, {})
        compiled = compile_mapping(
            mapping,
            schema,
            timezone=spec.timezone or "Europe/Prague",
            instance_url="https://acme.my.salesforce.com",
            project_transforms=load_project_transforms(transforms),
        )
        rows = [{path: value for path in mapping.paths() if path != "Id"} for value in (*VALUES, None)]
        mapped = transform_frame(compiled, frame_of(schema, rows))
        if len(mapped) != len(rows):
            raise AssertionError(f"{len(rows)} rows became {len(mapped)}")
