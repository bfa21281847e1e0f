"""The runner of the whole suite tells the truth: every phase runs, and one bad phase is a bad suite."""

import itertools

import pytest

from tests.harness import browsers, suite
from tests.harness.suite import Outcome, Phase

pytestmark = pytest.mark.once

SQLITE, POSTGRESQL = Phase("one", "", postgresql=False), Phase("two", "", postgresql=True)


def test_failures_of_any_phase_fail_the_suite_and_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    good = Outcome(SQLITE, 0, 1.0, {"passed": 7, "skipped": 2})
    bad = Outcome(POSTGRESQL, 1, 1.0, {"passed": 5, "failed": 3})
    assert suite._summary([good, bad]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "12 passed, 3 failed, 2 skipped"


def test_a_phase_that_died_without_a_word_counts_as_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite._summary([Outcome(SQLITE, 0, 1.0, {"passed": 7}), Outcome(POSTGRESQL, -9, 1.0)]) == 1
    assert "7 passed, 1 failed" in capsys.readouterr().out


def test_a_phase_with_nothing_to_run_is_no_failure_but_a_suite_without_any_test_is() -> None:
    empty = Outcome(POSTGRESQL, suite.NOTHING_COLLECTED, 1.0)
    assert suite._summary([Outcome(SQLITE, 0, 1.0, {"passed": 7}), empty]) == 0
    assert suite._summary([empty]) == 1


def test_browser_tests_that_did_not_run_are_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    suite._summary([Outcome(SQLITE, 0, 1.0, {"passed": 7, "skipped": 4, "no browser": 4})])
    assert "!!! 4 browser tests did not run" in capsys.readouterr().out


def test_a_required_browser_that_is_missing_stops_the_suite_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REQUIRE_BROWSERS", "1")
    monkeypatch.setenv("KAMENG_CHROMIUM", "/nowhere/chromium")
    assert browsers.executable() is None
    assert suite.main(["test"]) == 2
    assert "no Chromium" in capsys.readouterr().err


def test_an_unknown_family_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.main(["everything"]) == 2
    assert "test|drills" in capsys.readouterr().err


def test_every_test_of_a_family_belongs_to_some_phase() -> None:
    """The marks of the phases leave no hole: plain, browser and race tests each meet PostgreSQL."""
    marks = [phase.marks for phase in suite.TEST if phase.postgresql]
    assert marks == ["browser", "race and not browser", "not browser and not race and not once"]


def test_every_drill_belongs_to_one_phase_of_each_engine_that_can_run_it() -> None:
    kinds = [*itertools.product([False, True], repeat=3)]
    for alone, browser, race in kinds:
        known = {"drill": True, "alone": alone, "browser": browser, "race": race}
        of_each = [phase.postgresql for phase in suite.DRILLS if eval(phase.marks, {}, known)]
        assert of_each == ([True] if race or browser else [False, True]), known
