"""How the soak runner sums up what the attacks saw."""

from __future__ import annotations

from tests.attacks.soak import ATTACKS, WRONGS, added, read_results, results_of


def test_every_attack_and_every_wrong_has_a_figure_before_anything_was_measured() -> None:
    """Nobody has to guess whether an absent figure means zero or unmeasured: it is there, and zero attempts say it."""
    assert results_of({}) == {**{attack.name: 0 for attack in ATTACKS}, **dict.fromkeys(WRONGS, 0), "by_attack": {}}


def test_what_went_wrong_in_any_attack_is_summed() -> None:
    """One attack's zero does not hide another's finding, and each keeps its own figures."""
    measured = {"kills": {"kills": 100, "lost": 1}, "histories": {"histories": 2000, "lost": 2, "doubled": 1}}
    results = results_of(measured)
    assert (results["kills"], results["histories"], results["fuzzed_replies"]) == (100, 2000, 0)
    assert (results["lost"], results["doubled"], results["leaked"]) == (3, 1, 0)
    assert results["by_attack"] == measured


def test_an_attack_may_be_measured_in_pieces() -> None:
    """What one piece found stays found."""
    assert added({"kills": 60, "lost": 1}, {"kills": 40, "lost": 0, "cut": 3}) == {"kills": 100, "lost": 1, "cut": 3}


def test_the_kept_results_hold_every_figure_and_nothing_went_wrong() -> None:
    """They are sums of what each attack has measured, and all that must be zero is."""
    results = read_results()
    assert results == results_of(results["by_attack"])
    assert {wrong: results[wrong] for wrong in WRONGS} == dict.fromkeys(WRONGS, 0)
