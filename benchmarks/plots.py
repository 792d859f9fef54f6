"""``python -m benchmarks.plots RESULTS FOLDER``: draws the results."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib.figure import Figure

from benchmarks.race_page import READERS
from benchmarks.targets import TARGETS

STEPS = ("begin", "finish", "transform", "plan", "load", "settle")
SHARES = (0.25, 0.5, 1, 2, 4, 8)
FAULTS = (
    ("chance", "random faults: 5 % 429, 4 % 502,\n3 % cut before, 4 % cut after the write", 0.98),
    ("outage", "outage", 0.85),
    ("again", "random faults", 0.98),
    ("overload", "503 above 40 a second", 0.98),
)
OURS, THEIRS = "#1f77b4", "#bbbbbb"
OURS_LIGHT, THEIRS_LIGHT = "#a6cbe3", "#e3e3e3"
Results = Mapping[str, Any]


def main(results: Path, folder: Path) -> None:
    """Draw all plots; one without numbers is not changed."""
    found = json.loads(results.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        try:
            figure = draw(found)
        except KeyError:
            continue
        figure.savefig(folder / f"{name}.png", dpi=120, bbox_inches="tight")


def draw_targets(results: Results) -> Figure:
    """Draw how far every number is from its target; right of the line is better than the target."""
    rows = []
    for target in TARGETS:
        value = target.value(results)
        if value is not None and target.limit and value:
            rows.append((target.key, target.limit / value if target.sign == "<=" else value / target.limit))
    figure = Figure(figsize=(8, 0.3 * len(rows) + 1))
    axes = figure.subplots()
    colours = [OURS if share >= 1 else "#d62728" for _, share in rows]
    lengths = [share - 1 for _, share in rows]
    axes.barh([key for key, _ in rows][::-1], lengths[::-1], left=1, color=colours[::-1])
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xticks(SHARES, [f"{share:g}" for share in SHARES])
    axes.minorticks_off()
    axes.set_xlabel("times better than the target asks for")
    return figure


def draw_growth(results: Results) -> Figure:
    """Draw the time of a whole run by its changed rows, with a straight line."""
    times = {int(k.removeprefix("seconds_")): v for k, v in results["scale"].items() if k.startswith("seconds_")}
    rows = sorted(times)
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    axes.loglog(rows, [times[each] for each in rows], "o-", color=OURS, label="a run without Daktela's latency")
    axes.loglog(
        rows, [times[rows[-1]] * each / rows[-1] for each in rows], "--", color=THEIRS, label="in proportion to rows"
    )
    axes.set_xlabel("changed rows")
    axes.set_ylabel("seconds")
    axes.set_title(f"time grows with the power {results['scale']['time_exponent']:.2f}")
    axes.legend()
    return figure


def draw_memory(results: Results) -> Figure:
    """Draw the peak memory of every step, for all rows and for a tenth of them."""
    memory = results["memory"]
    figure = Figure(figsize=(7, 4))
    axes = figure.subplots()
    for shift, suffix, colour, label in (
        (-0.2, "_at_a_tenth", THEIRS, f"{memory['rows'] // 10:,} rows"),
        (0.2, "", OURS, f"{memory['rows']:,} rows"),
    ):
        heights = [memory[f"{step}_mib{suffix}"] for step in STEPS]
        axes.bar([place + shift for place in range(len(STEPS))], heights, width=0.4, color=colour, label=label)
    axes.set_xticks(range(len(STEPS)), ["extract\n(begin)", "extract\n(finish)", *STEPS[2:]])
    axes.set_ylabel("peak memory of the process, MiB")
    axes.axhline(400, color="black", linewidth=1)
    axes.set_ylim(0, 500)
    axes.legend(loc="upper right", ncols=2)
    return figure


def draw_extract(results: Results) -> Figure:
    """Draw processor time and memory, compared with the two alternatives."""
    extract = results["extract"]
    figure = Figure(figsize=(8, 3.5))
    left, right = figure.subplots(1, 2)
    names = [f"SalesforceHook\n{extract['hook_rows']:,} rows", f"bulk2, pandas\n{extract['rows']:,} rows"]
    for axes, title, theirs, ours in (
        (left, "CPU seconds", ("hook_cpu", "bulk2_cpu"), ("hook_ours_cpu", "ours_cpu")),
        (right, "peak memory, MiB", ("hook_peak_mib", "bulk2_peak_mib"), ("hook_ours_peak_mib", "peak_mib")),
    ):
        axes.bar([0, 1], [extract[key] for key in theirs], width=0.35, color=THEIRS, label="instead")
        axes.bar([0.37, 1.37], [extract[key] for key in ours], width=0.35, color=OURS, label="ours")
        axes.set_xticks([0.18, 1.18], names)
        axes.set_title(title)
    figure.legend(*left.get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return figure


def draw_faults(results: Results) -> Figure:
    """Draw the throughput of a load while its server fails in three ways."""
    faults = results["faults"]
    times = sorted(int(key.removeprefix("at_")) for key in faults if key.startswith("at_"))
    figure = Figure(figsize=(8, 3.5))
    axes = figure.subplots()
    axes.plot(times, [faults[f"at_{each:03d}"] for each in times], "-", color=OURS)
    for name, words, height in FAULTS:
        begin = faults[f"begin_{name}"]
        axes.axvline(begin, color=THEIRS, linewidth=1)
        axes.annotate(words, (begin + 1, height), xycoords=("data", "axes fraction"), fontsize=8, va="top")
    axes.set_xlabel("seconds")
    axes.set_ylabel("records written a second")
    axes.set_ylim(bottom=0)
    return figure


def draw_race(results: Results) -> Figure:
    """Draw processor time and memory of every reader, for everything and for what was changed."""
    race = results["race"]
    figure = Figure(figsize=(9, 4))
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, title, key in ((left, "CPU seconds", "cpu"), (right, "peak memory, MiB", "peak_mib")):
        for shift, what, colours, label in (
            (-0.2, "full", (OURS, THEIRS), f"{race['contacts']:,} contacts"),
            (0.2, "increment", (OURS_LIGHT, THEIRS_LIGHT), f"{race['changed']} changed ones"),
        ):
            widths = [race[f"{name}_{what}_{key}"] for name in READERS]
            drawn = [colours[0] if name == "ours" else colours[1] for name in READERS]
            places = [place + shift for place in range(len(READERS))]
            bars = axes.barh(places, widths, height=0.4, color=drawn, label=label)
            axes.bar_label(bars, fmt=lambda value: f"{value:.3g}", padding=2, fontsize=8)
        axes.set_title(title)
        axes.margins(x=0.15)
    left.set_yticks(range(len(READERS)), [reader.name for reader in READERS.values()])
    left.invert_yaxis()
    figure.legend(*left.get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return figure


PICTURES = {
    "race": draw_race,
    "faults": draw_faults,
    "targets": draw_targets,
    "growth": draw_growth,
    "memory": draw_memory,
    "extract": draw_extract,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
