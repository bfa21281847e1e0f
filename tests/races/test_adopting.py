"""A guest's order while it is paid: whoever adopts it, it is one member's, and its goods and its money are too."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from kameng.accounts.models import User
from kameng.audit.models import Entry
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.inventory.models import Reservation, StockUnit, UnitStatus
from shop.orders.adopt import adopt
from shop.orders.models import Order, OrderLine, OrderStatus
from shop.payments.pay import pay
from shop.payments.wallet import wallet_balance
from tests import factories as f
from tests.harness.scale import scale
from tests.races.rivals import assert_books_hold, in_rounds, to_the_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

ORDERS = scale(10, 300)
TOO_MUCH = 500


def two_with_the_same_address(order: Order) -> list[User]:
    """Two members who both showed it: the database tells capitals apart, mail does not."""
    first, second = f.member("Mia"), f.member("Max")
    EmailAddress.objects.create(user=first, email=order.email, verified=True)
    EmailAddress.objects.create(user=second, email=order.email.upper(), verified=True)
    return [first, second]


def adopting(order: Order, user: User) -> Callable[[], Any]:
    return partial(adopt, order_id=order.pk, user=user, actor=Actor(user.holder, "member"), now=clock.now())


def settling(order: Order) -> Callable[[], Any]:
    def act() -> bool:
        pay(order_id=order.pk, now=clock.now())
        return True

    return act


def test_of_two_members_one_gets_the_order_with_everything_in_it() -> None:
    goods, typed = f.sku(units=ORDERS), f.by_hand(ORDERS)
    placed = [f.place_order(goods, typed, by=f.buyer(f"guest-{n}")) for n in range(ORDERS)]
    rivals = []
    for order in placed:
        f.receive(order, order.total + TOO_MUCH)
        rivals.append([*(adopting(order, user) for user in two_with_the_same_address(order)), settling(order)])
    answers = in_rounds(rivals)
    assert [sorted(answer[:2]) for answer in answers] == [[False, True]] * ORDERS
    to_the_end()
    won = dict.fromkeys(("Mia", "Max"), 0)
    for order, (mia, _max, _paid) in zip(placed, answers, strict=True):
        winner = f.member("Mia" if mia else "Max")
        won[winner.name] += 1
        order.refresh_from_db()
        assert (order.user, order.status) == (winner, OrderStatus.COMPLETED)
        claims = Reservation.objects.filter(line__order=order)
        assert set(claims.values_list("holder", flat=True)) == {winner.holder}
        units = StockUnit.objects.filter(reservation__in=claims, status=UnitStatus.DELIVERED)
        assert list(units.values_list("holder", flat=True)) == [winner.holder]
    assert Entry.objects.filter(act="order adopted").count() == ORDERS
    assert sum(line.refunded_amount for line in OrderLine.objects.all()) == 9_800 * ORDERS, "nobody typed the other line in"
    for name, times in won.items():
        assert wallet_balance(f.member(name), "CNY") == times * TOO_MUCH
    assert_books_hold()
