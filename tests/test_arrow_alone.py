"""Arrow without pandas, in a process of its own: what it has found once it keeps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
KEPT_OUT = (
    "import sys; from salesforce_daktela.arrow_alone import keep_pandas_out; keep_pandas_out(); import pyarrow as pa;"
)


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


def test_a_process_that_has_pandas_keeps_it() -> None:
    """As the children of a program have that imported it for its tasks."""
    program = f"import pandas; {KEPT_OUT} print(pa.array(pandas.Series([1.0, float('nan')])).null_count)"
    assert printed(program) == "1"


def test_mapping_imports_no_pandas() -> None:
    """Nor does planning: the modules of both steps do without it."""
    steps = "import salesforce_daktela.steps.transform.part, salesforce_daktela.steps.plan.planner;"
    assert printed(f"{KEPT_OUT} {steps} print('pandas' in sys.modules)") == "False"
