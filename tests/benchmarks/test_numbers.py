"""What is made of measured numbers; nothing here measures anything."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from matplotlib.patches import Rectangle
from rich.console import Console

from benchmarks import results
from benchmarks.groups.scale import sizes
from benchmarks.plots import draw_targets
from benchmarks.ratios import exponent, ratio, rounded, spread
from benchmarks.registry import ASKED_FOR, SECTIONS, group, section, versions_of
from benchmarks.settings import SIZES, Size, settings_of
from benchmarks.table import results_table
from benchmarks.targets import TARGETS, Target


def test_a_ratio_is_that_of_the_medians() -> None:
    """One slow run does not decide."""
    assert ratio([10.0, 30.0, 20.0], [5.0, 4.0, 90.0]) == 4.0


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    """Whatever the unit of time."""
    assert exponent({size: 0.003 * size**power for size in (10, 300, 1_000_000)}) == pytest.approx(power)


def test_one_size_has_no_exponent() -> None:
    """A slope through one point would be any."""
    with pytest.raises(ValueError, match="two sizes"):
        exponent({10: 1.0})


def test_numbers_are_rounded_to_what_they_mean() -> None:
    """Counts stay as they are."""
    assert rounded({"calls": 1234567, "ratio": 1.23456, "seconds": 0.000123456}) == {
        "calls": 1234567,
        "ratio": 1.235,
        "seconds": 0.0001235,
    }


def test_a_spread_is_a_share_of_the_median() -> None:
    """Two seconds apart around ten."""
    assert spread([9.0, 10.0, 11.0]) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target("a.b", "<=", 1.6, ""), 1.6, True),
        (Target("a.b", "<=", 1.6, ""), 1.61, False),
        (Target("a.b", ">=", 3, ""), 3.0, True),
        (Target("a.b", "=", 0, ""), 0.0, True),
        (Target("a.b", "=", 0, ""), 0.001, False),
    ],
)
def test_a_target_is_met_or_not(target: Target, value: float, met: bool) -> None:
    """The limit itself is good enough."""
    assert target.met(value) is met


def test_every_target_belongs_to_a_group() -> None:
    """No number is promised that nothing measures."""
    assert {target.key.partition(".")[0] for target in TARGETS} >= set(SECTIONS.values())
    assert all(callable(group(name)) for name in SECTIONS)


def test_a_group_that_installs_programs_waits_until_it_is_named() -> None:
    """``make bench`` needs no download."""
    assert not set(ASKED_FOR) & set(SECTIONS)
    assert [section(name) for name in ASKED_FOR] == ["race"]
    assert "node" in versions_of("race")
    assert versions_of("extract") == {}


def test_a_group_that_is_none_is_refused_with_those_that_are() -> None:
    """A typing error must not measure everything."""
    with pytest.raises(ValueError, match="no group extrakt: choose from"):
        group("extrakt")


def test_one_group_leaves_the_numbers_of_the_others() -> None:
    """Two groups may even share a section."""
    before = {"scale": {"workers": 3.4}, "load": {"calls_per_new": 1.02}, "taken": {"load": {"size": "full"}}}
    after = results.merged(before, "scale", "scale", {"time_exponent": 1.01111}, {"size": "middle"})
    assert after == {
        "scale": {"workers": 3.4, "time_exponent": 1.011},
        "load": {"calls_per_new": 1.02},
        "taken": {"load": {"size": "full"}, "scale": {"size": "middle"}},
    }


def test_a_group_may_fill_another_section_too() -> None:
    """Its key names it before a dot."""
    after = results.merged({"memory": {"rows": 1}}, "scale", "scale", {"time_exponent": 1.0, "memory.growth": 1.1}, {})
    assert (after["scale"], after["memory"]) == ({"time_exponent": 1.0}, {"rows": 1, "growth": 1.1})


@pytest.mark.parametrize(
    ("rows", "measured"),
    [
        (1_000_000, [10_000, 30_000, 100_000, 300_000, 1_000_000]),
        (300_000, [10_000, 30_000, 100_000, 300_000]),
        (20_000, [2_000, 10_000, 20_000]),
    ],
)
def test_growth_is_seen_from_a_tenth_on(rows: int, measured: list[int]) -> None:
    """The largest and its tenth are always there."""
    assert sizes(rows) == measured


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """With machine, versions and sizes of each group."""
    path = tmp_path / "results.json"
    assert results.read(path) == {}
    known = results.taken(settings_of(Size.FULL, tmp_path), 12.3, {"node": "22.20.0"})
    results.write(path, results.merged({}, "load", "load", {"calls_per_new": 1.0}, known))
    assert results.read(path) == json.loads(path.read_text())
    assert known["rows"] == SIZES[Size.FULL]["rows"]
    assert known["machine"]["cores"] >= 1
    assert {"pyarrow", "node"} <= set(known["versions"])
    assert date.fromisoformat(known["day"])


def test_the_table_shows_what_is_met_and_what_is_not_known() -> None:
    """A dash is no promise kept."""
    console = Console(width=160)
    with console.capture() as captured:
        console.print(results_table({"extract": {"vs_raw": 1.7}, "resync": {"calls": 0}}))
    shown = {line.split()[1]: line.split()[3:8] for line in captured.get().splitlines() if line.startswith("│")}
    assert shown["extract.vs_raw"] == ["1.7", "│", "<=", "1.4", "│"]
    assert "│ no " in next(line for line in captured.get().splitlines() if "extract.vs_raw" in line)
    assert "│ yes " in next(line for line in captured.get().splitlines() if "resync.calls" in line)
    assert shown["load.vs_sdk_loop"][0] == "-"


def test_the_picture_of_targets_has_a_bar_for_each_number() -> None:
    """What was not measured is left out."""
    figure = draw_targets({"extract": {"vs_raw": 0.7, "vs_hook_cpu": 6.0}})
    (axes,) = figure.axes
    lengths = [bar.get_bbox().width for bar in axes.patches if isinstance(bar, Rectangle)]
    assert lengths == pytest.approx([1.0, 1.0])
