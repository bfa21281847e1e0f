"""What people of a merchant, buyers and support do with a line that is delivered by hand; each step may be done again."""

import datetime as dt
from contextlib import suppress

from allauth.account.models import EmailAddress

from fulfillment.delivery.by_program import deliver_once
from fulfillment.delivery.manual import GivenUp, Goods, give_up, hand_in, put_back, take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, lose, receive, ship
from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib.transitions import Refused
from shop.catalog.models import Sku
from shop.inventory.pieces import put
from shop.inventory.typed import seal_typed
from shop.merchants.calls import answered, call_of
from shop.orders.adopt import adopt
from shop.orders.link import ask
from shop.orders.models import Order, OrderLine
from tests import factories
from tests.factories import verified


def _row() -> Fulfillment:
    return Fulfillment.objects.select_related("line__merchant").order_by("pk")[0]


def _clerk() -> User:
    return factories.member("Sam")


def merchant_counts(now: dt.datetime) -> None:
    put(sku=Sku.objects.order_by("pk")[0], pieces=1, actor="user:1", now=now)


def clerk_takes(now: dt.datetime) -> None:
    with suppress(Refused):
        take_up(fulfillment_id=_row().pk, user=_clerk(), now=now)


def clerk_leaves(now: dt.datetime) -> None:
    with suppress(Refused):
        put_back(fulfillment_id=_row().pk, user=_clerk(), now=now)


def clerk_hands_in(now: dt.datetime) -> None:
    with suppress(Refused):
        typed = seal_typed(secrets=["TYPED-1", "TYPED-2"], merchant=_row().line.merchant)
        hand_in(fulfillment_id=_row().pk, user=_clerk(), goods=Goods(typed), now=now)


def program_hands_in(now: dt.datetime) -> None:
    """A program that does not know whether it was heard says the same once more, and is answered the same."""
    merchant = _row().line.merchant
    call = call_of(merchant, "deliver-1", ["TYPED-1", "TYPED-2"])
    if answered(call) is not None:
        return
    with suppress(Refused):
        typed = seal_typed(secrets=["TYPED-1", "TYPED-2"], merchant=merchant)
        deliver_once(fulfillment_id=_row().pk, user=_clerk(), goods=Goods(typed), call=call, now=now)


def clerk_gives_up(now: dt.datetime) -> None:
    with suppress(Refused):
        give_up(fulfillment_id=_row().pk, user=_clerk(), reason=GivenUp.SUPPLIER_FAILURE, now=now)


def clerk_ships(now: dt.datetime) -> None:
    with suppress(Refused):
        ship(fulfillment_id=_row().pk, user=_clerk(), parcel=Parcel("SF Express", "SF1"), now=now)


def buyer_receives(now: dt.datetime) -> None:
    with suppress(Refused):
        receive(line_id=OrderLine.objects.get().pk, actor="mail:olga", now=now)


def support_finds_it_lost(now: dt.datetime) -> None:
    with suppress(Refused):
        lose(line_id=OrderLine.objects.get().pk, actor="user:1", came_back=False, now=now)


def buyer_asks_for_the_link(now: dt.datetime) -> None:
    order = Order.objects.get()
    ask(number=order.number, address=order.email, now=now)


def buyer_shows_the_address(now: dt.datetime) -> None:
    user = verified(Order.objects.get().email.partition("@")[0].title())
    assert EmailAddress.objects.filter(user=user, verified=True).exists()
    adopt(order_id=Order.objects.get().pk, user=user, actor=Actor(user.holder, "buyer"), now=now)
