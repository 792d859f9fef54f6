"""What a task of extract loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
PROGRAM = """
import sys
import fsspec
import salesforce_daktela.steps.extract.extractor
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.bulk.page_table import page_table
from salesforce_daktela.salesforce.bulk.result_page import RawPage
from salesforce_daktela.staging.store import PartKey, PartStore
from salesforce_daktela.steps.extract.part_sink import PartSink

KINDS = {"Id": FieldKind.TEXT, "SystemModstamp": FieldKind.DATETIME, "IsDeleted": FieldKind.BOOLEAN}
fields = {name: SourceField(path=name, kind=kind) for name, kind in KINDS.items()}
schema = SourceSchema(sobject="Contact", fields=fields)
body = b'"Id","SystemModstamp","IsDeleted"\\n"003000000000001AAA","2026-03-29T01:00:00.000Z","false"\\n'
sink = PartSink(
    store=PartStore(fsspec.filesystem("file"), sys.argv[1]),
    schema=arrow_schema(schema),
    key_of=lambda number: PartKey(sync="s", run="r", mapping="m", extraction="e", kind="rows", number=number),
    rows_per_part=10,
)
sink.add(page_table(RawPage(body=body, rows=1, next_locator=None, where=""), schema))
sink.flush()
print(sink.parts[0].rows, "pandas" in sys.modules)
"""


def test_pages_become_parts_without_pandas(tmp_path: Path) -> None:
    """It costs 40 MiB, and Arrow imports it for some of its functions without being told."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    told = subprocess.run(command, env={"PYTHONPATH": str(PLUGINS)}, capture_output=True, text=True, check=True)
    assert told.stdout == "1 False\n"
