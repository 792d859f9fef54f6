"""Fuzzing that can be asked for in any amount; every case comes again from its seed and its number."""

from __future__ import annotations

import logging
import re
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from salesforce_daktela.mapping.engine import compile_mapping, transform_frame
from salesforce_daktela.mapping.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.mapping.problems import MappingError
from salesforce_daktela.mapping.transforms.registry import load_project_transforms
from tests.attacks.mapping_mutations import SyncFolder, sync_folder
from tests.mapping.conftest import frame_of, schema_of

log = logging.getLogger(__name__)

PROBLEM = re.compile(r"[^:]+(:[^:]*)?\.(yaml|yml|py):\d+: .+")
LONGEST_LINE = 2_000
"""Characters of one line of an error: four pieces of bounded length, and whatever stands between them."""
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
