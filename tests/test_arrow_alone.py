"""Arrow without pandas, and without numpy, in a process of its own: what it has found once it keeps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
ALONE = (
    "import sys; from salesforce_daktela.arrow_alone import import_arrow; import_arrow(numpy={}); import pyarrow as pa;"
)
KEPT_OUT = ALONE.format(True)
NEITHER = "print('pandas' in sys.modules, 'numpy' in sys.modules)"


def printed(program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(PLUGINS)})
    return done.stdout.strip()


def test_values_are_converted_without_pandas() -> None:
    """By each way that the steps convert them."""
    ways = "pa.array([1, None]); pa.table({'a': ['x']}); pa.nulls(1).to_numpy(zero_copy_only=False); pa.scalar('x');"
    assert printed(f"{KEPT_OUT} {ways} print('pandas' in sys.modules)") == "False"


def test_a_frame_is_still_made_where_one_is_asked_for() -> None:
    """Nothing is broken for code that uses both."""
    both = "import pandas; frame = pa.table({'a': [1, 2]}).to_pandas(); print(list(frame['a']), end=' ');"
    assert printed(f"{KEPT_OUT} {both} print(pa.Table.from_pandas(frame).num_rows)") == "[1, 2] 2"


@pytest.mark.parametrize("numpy", [True, False])
def test_a_process_that_has_pandas_keeps_it(numpy: bool) -> None:
    """As the children of a program have that imported it for its tasks."""
    program = f"import pandas; {ALONE.format(numpy)} print(pa.array(pandas.Series([1.0, float('nan')])).null_count)"
    assert printed(program) == "1"


def test_mapping_imports_no_pandas() -> None:
    """Nor does planning: the modules of both steps do without it."""
    steps = "import salesforce_daktela.steps.transform.part, salesforce_daktela.steps.plan.planner;"
    assert printed(f"{KEPT_OUT} {steps} print('pandas' in sys.modules)") == "False"


def test_tables_are_read_and_written_without_numpy() -> None:
    """As CSV and Parquet, and their functions."""
    modules = "import pyarrow.compute as pc, pyarrow.csv as pacsv, pyarrow.parquet as pq;"
    # A thread of Arrow might let a stream of Python go when Python has ended already, which ends the process.
    read = "pacsv.read_csv(pa.BufferReader(b'a\\n1\\n'))"
    write = f"file = pa.BufferOutputStream(); pq.write_table({read}, file);"
    ways = f"{write} pc.sum(pq.read_table(pa.BufferReader(file.getvalue()))['a']).as_py();"
    assert printed(f"{ALONE.format(False)} {modules} {ways} {NEITHER}") == "False False"


def test_numpy_can_be_imported_later() -> None:
    """By a library that some other code of the process uses; only Arrow does not make its arrays."""
    later = (
        "import numpy, pandas; print(int(numpy.arange(3).sum()), len(pandas.Series([1])), pa.array([1]).to_pylist())"
    )
    assert printed(f"{ALONE.format(False)} {later}") == "3 1 [1]"
