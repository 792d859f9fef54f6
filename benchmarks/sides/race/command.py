"""Someone else's program: what it writes goes into a file, and its processes are counted as children."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.sides.side import Order, Watch, run_side

OURS_ALONE = ("PYTHONPATH", "PYTHONPYCACHEPREFIX")
"""Another environment's Python has its own packages and compiles them for itself."""


def work(order: Order, _watch: Watch) -> dict[str, object]:
    """Run ``command`` in ``home``, its output in ``output``. Raises CalledProcessError."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    with Path(order["output"]).open("wb") as output:
        subprocess.run(order["command"], cwd=order["home"], env=environment, stdout=output, check=True)  # noqa: S603
    return {}


if __name__ == "__main__":
    run_side(work)
