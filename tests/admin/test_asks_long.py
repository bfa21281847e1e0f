"""What somebody pastes into the lists of a field is read at once, however long it is."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from shop.catalog.composing.params import read_groups


def test_a_line_of_white_space_without_a_colon_keeps_nobody_waiting() -> None:
    line = " " * 100_000 + "x"
    before = time.process_time()
    with translation.override("en"), pytest.raises(ValidationError, match="has no region with a colon behind it: x"):
        read_groups(line)
    # Tried in each length it took minutes.
    assert time.process_time() - before < 1


def test_a_region_may_stand_behind_white_space() -> None:
    assert read_groups('  Asia : Sakura\n\t"EU: new": North') == [
        {"name": "Asia", "items": ["Sakura"]},
        {"name": "EU: new", "items": ["North"]},
    ]
