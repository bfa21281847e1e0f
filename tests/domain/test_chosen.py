"""Accounts: no two are alike, and an order takes exactly the unit that its buyer chose."""

import datetime as dt

import pytest

from kameng.lib import clock, crypto
from shop.catalog.models import Kind, Sku
from shop.inventory.claim_chosen import UnitGone
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.expire import expire
from shop.orders.limits import Buyer, TooManyUnpaid
from shop.orders.models import LineStatus, Order, OrderStatus
from shop.orders.place import Item, NotChosen, NotForSale, SentOtherwise, place
from shop.payments.pay import Outcome, pay
from tests import factories
from tests.factories import NOON, buyer, pick

pytestmark = pytest.mark.django_db

LATER = NOON + dt.timedelta(minutes=16)


@pytest.fixture
def goods() -> Sku:
    return factories.accounts({"Sword mage": "mage----1", "Archer": "archer----2", "Healer": "healer----3"})


def bought(*items: Item, by: str = "Alice", now: dt.datetime = NOON, nonce: str = "") -> Order:
    return place(buyer=buyer(by), items=items, nonce=nonce or f"nonce-{by}-{now}", now=now)


def statuses(goods: Sku) -> dict[str, str]:
    return dict(goods.units.values_list("description", "status"))


def test_the_line_has_the_chosen_unit_and_its_description(goods: Sku) -> None:
    line = bought(pick(goods, "Archer")).lines.get()
    assert (line.description, line.quantity, line.total) == ("Archer", 1, 9800)
    assert line.called == "Star Abyss 60 level · Archer"
    assert line.unit == StockUnit.objects.get(reservation=line.reservation)
    assert statuses(goods) == {"Sword mage": "AVAILABLE", "Archer": "RESERVED", "Healer": "AVAILABLE"}


def test_what_is_delivered_is_the_secret_that_was_chosen(goods: Sku) -> None:
    with clock.at(NOON):
        order = factories.pay_order(bought(pick(goods, "Healer")))
        factories.deliver_all()
    unit = StockUnit.objects.get(reservation__line__order=order)
    assert unit.status == UnitStatus.DELIVERED
    assert crypto.ring().open(unit.secret.sealed, unit.secret.place) == b"healer----3"


def test_several_chosen_units_are_lines_of_one_order(goods: Sku) -> None:
    order = bought(pick(goods, "Healer"), pick(goods, "Archer"))
    assert sorted(order.lines.values_list("description", flat=True)) == ["Archer", "Healer"]
    assert order.total == 2 * 9800


def test_the_second_buyer_is_told_which_one_is_gone_and_gets_nothing(goods: Sku) -> None:
    bought(pick(goods, "Archer"))
    with pytest.raises(UnitGone) as told:
        bought(pick(goods, "Healer"), pick(goods, "Archer"), by="Bob")
    assert "“Archer”" in told.value.message
    assert statuses(goods)["Healer"] == "AVAILABLE"
    assert Order.objects.count() == 1


def test_an_expired_order_gives_its_unit_back(goods: Sku) -> None:
    first = bought(pick(goods, "Archer"))
    assert expire(order_id=first.pk, now=LATER)
    assert bought(pick(goods, "Archer"), by="Bob", now=LATER).lines.get().description == "Archer"


def test_a_lapsed_reservation_is_taken_over_before_anybody_ended_it(goods: Sku) -> None:
    first = bought(pick(goods, "Archer"))
    second = bought(pick(goods, "Archer"), by="Bob", now=LATER)
    assert goods.units.get(description="Archer").reservation == second.lines.get().reservation
    factories.receive(first, first.total)
    assert pay(order_id=first.pk, now=LATER) is Outcome.SOLD_OUT


def test_late_money_buys_the_same_unit_or_none(goods: Sku) -> None:
    order = bought(pick(goods, "Archer"), pick(goods, "Healer"))
    expire(order_id=order.pk, now=LATER)
    factories.receive(order, order.total)
    assert pay(order_id=order.pk, now=LATER) is Outcome.PAID
    for line in order.lines.all():
        assert line.unit == StockUnit.objects.get(reservation=line.reservation, description=line.description)
    assert set(order.lines.values_list("status", flat=True)) == {LineStatus.PAID}


def test_a_double_click_is_one_order_and_another_choice_is_another(goods: Sku) -> None:
    first = bought(pick(goods, "Archer"), nonce="once")
    assert bought(pick(goods, "Archer"), nonce="once") == first
    with pytest.raises(SentOtherwise):
        bought(pick(goods, "Healer"), nonce="once")
    assert (Order.objects.get().status, first.lines.count()) == (OrderStatus.PENDING, 1)


def test_nothing_is_sold_without_a_choice(goods: Sku) -> None:
    with pytest.raises(NotChosen, match="Star Abyss 60 level"):
        bought(Item(goods.pk, 1))
    with pytest.raises(NotChosen):
        bought(pick(goods, "Archer"), Item(goods.pk, 1))


def test_nobody_reaches_a_unit_of_another_sku_or_one_twice(goods: Sku) -> None:
    other = factories.accounts({"Knight": "knight----9"}, of=factories.listing("Other"))
    keys = factories.sku(units=2, of=factories.listing("Keys"))
    foreign = pick(other, "Knight").unit
    for item in (Item(goods.pk, 1, unit=foreign), Item(keys.pk, 1, unit=foreign), Item(goods.pk, 1, unit="0" * 32)):
        with pytest.raises(NotForSale):
            bought(item)
    with pytest.raises(NotForSale):
        bought(pick(goods, "Archer"), pick(goods, "Archer"))
    assert not Order.objects.exists()


def test_limits_count_all_chosen_units_together() -> None:
    goods = factories.accounts({f"No {n}": f"secret----{n}" for n in range(6)})
    with pytest.raises(TooManyUnpaid, match=" 5 "):
        bought(*(pick(goods, f"No {n}") for n in range(6)))
    assert set(statuses(goods).values()) == {"AVAILABLE"}
    Sku.objects.update(max_quantity=1)
    with pytest.raises(NotForSale, match="1"):
        bought(pick(goods, "No 1"), pick(goods, "No 2"))


def test_accounts_that_are_shared_or_made_by_hand_are_not_chosen() -> None:
    shared = factories.sku(units=1, kind=Kind.ACCOUNT, uses=3, max_quantity=1)
    by_hand = factories.by_hand(of=factories.listing("Made"), kind=Kind.ACCOUNT)
    for made in (shared, by_hand):
        assert place(buyer=Buyer(f"{made.pk}@example.com", "en"), items=[Item(made.pk, 1)], nonce=f"{made.pk}", now=NOON)
