"""A checker that has never failed proves nothing: every corruption is found, and by its own invariant alone."""

from unittest import mock

from django.test import TestCase

from fulfillment.proof import stock
from fulfillment.proof.check import INVARIANTS, check
from fulfillment.proof.clock import DUE
from fulfillment.proof.violations import Look
from kameng.tasks.known import controllers
from tests.proof import busy
from tests.proof.plants import PLANTS
from tests.proof.plants.register import Plant
from tests.proof.unguarded import unguarded


class TestPlanted(TestCase):
    """The busy shop is built once; each test's corruption is rolled back. One test a corruption is added below."""

    shop: busy.Shop

    @classmethod
    def setUpTestData(cls) -> None:
        cls.shop = busy.busy_shop()

    def test_stock_that_pages_do_not_offer_is_found(self) -> None:
        with mock.patch.object(stock, "sellable", return_value=0):
            assert _found() == {"I10"}


def _found() -> set[str]:
    return {finding.code for finding in check(Look(busy.NOW)) if finding.violations}


def _found_alone(code: str, corrupt: Plant) -> object:
    def test(self: TestPlanted) -> None:
        with unguarded():
            corrupt(self.shop)
        assert _found() == {code}

    return test


for code, corrupt in PLANTS:
    setattr(TestPlanted, f"test_{code}_{corrupt.__name__}", _found_alone(code, corrupt))


def test_every_invariant_has_a_corruption() -> None:
    assert {code for code, _corrupt in PLANTS} == set(INVARIANTS)


def test_every_controller_whose_work_is_promised_is_watched() -> None:
    assert set(controllers) - {"measure", "books"} <= set(DUE)
