"""What templates show: money, lengths of time, clocks and the deadline rail, in both languages."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from kameng.lib import times
from kameng.lib.rail import rail
from kameng.lib.templatetags.kameng import LOOKS, MoneyParts, look, money, money_parts

AT = dt.datetime(2026, 11, 22, 6, 2, 11, tzinfo=dt.UTC)  # 14:02:11 in Shanghai
ROOT = Path(__file__).resolve().parents[2]
SPRITE = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")


def rendered(source: str, **context: Any) -> str:
    return Template("{% load kameng %}" + source).render(Context(context))


class TestMoney:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_reads_alike_in_both_languages(self, language: str) -> None:
        with translation.override(language):
            assert money(123_456) == "¥1,234.56"
            assert money(-5) == "-¥0.05"

    def test_is_cut_for_large_display(self) -> None:
        assert money_parts(9_800) == MoneyParts("¥", "98", ".00", "")
        assert money_parts(1_234_567) == MoneyParts("¥", "12,345", ".67", "")

    def test_without_decimals_has_no_cents(self) -> None:
        assert money_parts(1_234, "JPY").whole == "1,234"
        assert money_parts(1_234, "JPY").cents == ""

    def test_that_is_unknown_shows_nothing(self) -> None:
        assert money(None) == ""


class TestALengthOfTime:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0.2, "under 1 s"),
            (8, "8 s"),
            (60, "1 min"),
            (100, "1 min 40 s"),
            (1_800, "30 min"),
            (1_230, "20 min"),
            (7_200, "2 h"),
            (5_400, "1 h 30 min"),
            (86_400, "1 day"),
            (259_200, "3 days"),
        ],
    )
    def test_is_said_in_its_largest_units(self, seconds: float, words: str) -> None:
        with translation.override("en"):
            assert times.duration(seconds) == words
            assert times.duration(dt.timedelta(seconds=seconds)) == words

    def test_that_nobody_measured_is_not_said(self) -> None:
        assert times.duration(None) == ""


class TestAClock:
    @pytest.mark.parametrize(
        ("seconds", "face"), [(-3, "00:00"), (0.2, "00:01"), (581, "09:41"), (83_940, "23:19:00"), (360_000, "100:00:00")]
    )
    def test_counts_down_to_zero_and_stays_there(self, seconds: float, face: str) -> None:
        assert times.countdown(seconds) == face
        assert rendered("{{ left|clock_face }}", left=seconds) == face.replace(":", "<b>:</b>")

    def test_shows_local_time_and_its_zone_when_asked(self) -> None:
        assert times.clock_time(AT) == "14:02:11"
        assert times.clock_time(AT, "short") == "14:02"
        assert times.clock_time(AT, "zone") == "14:02:11 UTC+8"
        assert times.full_time(AT) == "2026-11-22 14:02:11 UTC+8"

    def test_names_the_day_only_when_it_is_another(self) -> None:
        with translation.override("en"):
            assert times.day_time(AT, AT + dt.timedelta(hours=9)) == "14:02"
            assert times.day_time(AT, AT + dt.timedelta(hours=10)) == "Nov 22 14:02"
        with translation.override("zh-hans"):
            assert times.day_time(AT, AT + dt.timedelta(hours=10)) == "11 月 22 日 14:02"


class TestTheRail:
    def test_is_jade_up_to_now_while_the_promise_holds(self) -> None:
        at = rail(AT, AT + dt.timedelta(minutes=15), AT + dt.timedelta(minutes=6), AT + dt.timedelta(minutes=30))
        assert (at.done, at.over, at.late, at.promise) == (20.0, 0.0, False, 50.0)

    def test_is_amber_after_the_promise(self) -> None:
        at = rail(AT, AT + dt.timedelta(minutes=15), AT + dt.timedelta(minutes=24), AT + dt.timedelta(minutes=30))
        assert (at.done, at.over, at.late) == (50.0, 30.0, True)

    def test_keeps_what_is_past_its_ends_at_its_ends(self) -> None:
        at = rail(AT, AT + dt.timedelta(minutes=1), AT + dt.timedelta(hours=9), AT + dt.timedelta(minutes=30))
        assert (at.now, at.now_anchor) == (100.0, "end")

    def test_leaves_out_a_label_that_would_run_into_another(self) -> None:
        at = rail(AT, AT + dt.timedelta(seconds=10), AT, AT + dt.timedelta(minutes=30))
        assert not at.promise_has_room
        wide = rail(AT, AT + dt.timedelta(minutes=15), AT, AT + dt.timedelta(minutes=30))
        assert (wide.promise_has_room, wide.promise_has_room_on_phone) == (True, True)

    def test_names_the_day_where_that_is_not_today(self) -> None:
        with translation.override("en"):
            at = rail(AT, AT + dt.timedelta(hours=2), AT, AT + dt.timedelta(hours=12))
        assert [label.time for label in at.labels[:3]] == ["14:02", "16:02", "Nov 23 02:02"]
        assert at.labels.now == "14:02"
        assert (at.promise_has_room, at.promise_has_room_on_phone) == (True, False)

    def test_tells_moments_of_one_minute_apart_by_seconds(self) -> None:
        at = rail(AT, AT + dt.timedelta(seconds=20), AT + dt.timedelta(seconds=5), AT + dt.timedelta(seconds=60))
        assert [label.time for label in at.labels[:3]] == ["14:02:11", "14:02:31", "14:03:11"]
        assert at.labels.now == "14:02:16"


class TestAField:
    class Form(forms.Form):
        email = forms.EmailField(label="Mail", help_text="Only for the link.")

    def test_is_tied_to_its_help_and_its_error(self) -> None:
        form = self.Form({"email": "zhou@"})
        html = rendered("{% control form.email %}", form=form)
        assert 'aria-describedby="id_email_help id_email_error"' in html
        assert 'aria-invalid="true"' in html
        assert 'value="zhou@"' in html


class TestAState:
    def test_has_an_icon_that_exists_a_word_and_a_colour(self) -> None:
        for name in LOOKS:
            assert f'id="i-{look(name).icon}"' in SPRITE
            assert str(look(name).label)
            assert look(name).classes.startswith("badge ")


class TestIcons:
    def test_named_in_templates_are_drawn(self) -> None:
        named = {
            name
            for path in (ROOT / "templates").rglob("*.html")
            for name in re.findall(r'(?:<c-icon name|icon)="([a-z][a-z-]*)"', path.read_text(encoding="utf-8"))
        }
        assert named
        assert {name for name in named if f'id="i-{name}"' not in SPRITE} == set()
