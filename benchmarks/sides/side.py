"""The common part of all sides: read the order, measure the work, write the results."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Order = dict[str, Any]


@dataclass(slots=True)
class Watch:
    """Sums the time and the CPU time of the blocks of the side's work."""

    seconds: float = 0.0
    cpu: float = 0.0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Measure this block."""
        began, spent = time.perf_counter(), _cpu()
        yield
        self.seconds += time.perf_counter() - began
        self.cpu += _cpu() - spent


def run_side(work: Callable[[Order, Watch], dict[str, Any]]) -> None:
    """Run ``work`` with the order from the command line; it returns the facts."""
    answer, order = Path(sys.argv[1]), json.loads(sys.argv[2])
    watch = Watch()
    facts = work(order, watch)
    told = {"seconds": watch.seconds, "work_cpu": watch.cpu, "peak": peak_mib(), "facts": facts}
    answer.write_text(json.dumps(told))


def peak_mib() -> float:
    """Return the largest memory of this process in MiB, or of its largest ended child.

    It is read from the kernel's file, because ``ru_maxrss`` also counts the process that this one was forked from.
    """
    status = Path("/proc/self/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _cpu() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
