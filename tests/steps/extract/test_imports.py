"""What a task of extract loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
PROGRAM = """
import sys
from salesforce_daktela.arrow_alone import import_arrow
import_arrow(numpy=False)
import fsspec
import pyarrow as pa
import salesforce_daktela.airflow.operators.extract
import salesforce_daktela.airflow.hooks.salesforce
import salesforce_daktela.steps.extract.extractor
from salesforce_daktela.mapping.arrow_types import arrow_schema
from salesforce_daktela.mapping.schema import FieldKind, SourceField, SourceSchema
from salesforce_daktela.salesforce.bulk.page_table import page_table
from salesforce_daktela.salesforce.bulk.result_page import RawPage
from salesforce_daktela.staging import absent
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
print(sink.parts[0].rows, "pandas" in sys.modules, "numpy" in sys.modules)
absent.BUCKET_ROWS = 1
left = list(absent.absent_rows([pa.table({"Id": ["a", "b"]})], [pa.table({"Id": ["a"]})], known_rows=2))
print(pa.concat_tables(left)["Id"].to_pylist())
"""


def test_pages_become_parts_without_pandas_and_numpy(tmp_path: Path) -> None:
    """Both cost memory and time at the start, and Arrow imports them without being told.

    A comparison of many Ids imports them, and gets by with an Arrow that had to do without.
    """
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    environment = {"PYTHONPATH": str(PLUGINS), "AIRFLOW_HOME": str(tmp_path / "airflow")}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-2:] == ["1 False False", "['b']"]
