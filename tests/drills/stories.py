"""Short stories of the shop that together pass every commit of its verbs; each step may be done again, as people do.

A story is told in a process that a failpoint may end at any commit. Then it is told once more from its beginning by people
who do not know how far it came: the same form is sent, the gateway repeats its notices, the worker looks for due rows.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from unittest import mock

from django.conf import settings
from django.test import override_settings

from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib.transitions import Refused
from kameng.tasks import registry
from shop.catalog.models import Sku
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch, Secret
from shop.inventory.rotate import rotate
from shop.inventory.withdraw import withdraw_batch
from shop.orders.expire import extend
from shop.orders.models import LineStatus, Order, OrderLine
from shop.orders.place import Item, place
from shop.payments.gateways.base import Ambiguous, RawNotice, Rejected
from shop.payments.gateways.sandbox.cashier import Press, press
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE, SandboxGateway
from shop.payments.gateways.sandbox.models import SandboxTrade
from shop.payments.models import GatewayAccount, Payment, Refund
from shop.payments.notify import receive
from shop.payments.send_back import by_hand
from shop.payments.start import Addresses, start
from shop.payments.wallet import pay_from_wallet
from tests import factories
from tests.drills import stories_by_hand as hand
from tests.payments import world

Step = Callable[[dt.datetime], None]

NONCE = "the-form-of-this-story"
QUANTITY = 2
CODES = [f"NEW-{n:04}" for n in range(5)]
BUYER = "Olga"
#: Nobody listens there: what is sent to it is lost.
NOWHERE = Addresses("http://127.0.0.1:9/notice", "http://127.0.0.1:9/return")
NEW_KEY = "t2:MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="
HOUR = 60.0


@dataclass(frozen=True)
class Story:
    """The commits it is told for, its steps at so many minutes, and how its line ends when nobody gives up."""

    commits: str
    steps: tuple[tuple[float, Step], ...]
    end: str = ""
    member: bool = False
    #: What is sold: a "key" from stock, something "typed" by hand, or a "card" that is shipped.
    goods: str = "key"
    #: Other ends, where nobody came back to do their part.
    alone: str = ""


def order(now: dt.datetime) -> Order:
    """The buyer sends the form of this story."""
    made = Order.objects.filter(nonce=NONCE).select_related("user").first()
    user = made.user if made else User.objects.filter(email=f"{BUYER.lower()}@example.com").first()
    goods = Sku.objects.order_by("pk")[0]
    return place(buyer=factories.buyer(BUYER, user=user), items=[Item(goods.pk, QUANTITY)], nonce=NONCE, now=now)


def checks_out(now: dt.datetime) -> None:
    made = order(now)
    account = GatewayAccount.objects.get(gateway="sandbox")
    with suppress(Refused):
        start(order_id=made.pk, account=account, to=NOWHERE, now=now)


def checks_out_in_vain(now: dt.datetime) -> None:
    with mock.patch.object(SandboxGateway, "create", side_effect=Ambiguous("no answer")):
        checks_out(now)


def pays_from_the_wallet(now: dt.datetime) -> None:
    with suppress(Refused):
        pay_from_wallet(order=order(now), now=now)


def only_orders(now: dt.datetime) -> None:
    order(now)


def wants_more_time(now: dt.datetime) -> None:
    with suppress(Refused):
        extend(order_id=order(now).pk, now=now)


def _books(now: dt.datetime, **changes: object) -> None:
    """The gateway writes into its own books, once, about the trade that the buyer sees."""
    trades = SandboxTrade.objects.filter(number__in=Payment.objects.filter(order__nonce=NONCE).values("number"))
    if not trades.filter(paid__isnull=False).exists():
        newest = trades.filter(failed=False, closed=False).order_by("-pk").first()
        SandboxTrade.objects.filter(pk=newest.pk if newest else 0).update(**changes)


def money_moves(now: dt.datetime) -> None:
    _books(now, paid=factories.line_of(order(now)).total, paid_at=now)


def too_little_moves(now: dt.datetime) -> None:
    _books(now, paid=factories.line_of(order(now)).total - 1, paid_at=now)


def gateway_declines(now: dt.datetime) -> None:
    if not SandboxTrade.objects.filter(failed=True).exists():
        _books(now, failed=True)


def gateway_tells(now: dt.datetime) -> None:
    """Every word that the gateway has, again and again, as gateways do."""
    for payment in Payment.objects.filter(order__nonce=NONCE).select_related("account").order_by("pk"):
        trade = SandboxTrade.objects.filter(number=payment.number).first()
        if trade and trade.failed:
            _tell(world.word(payment, state="failed"), now)
        elif trade and trade.paid:
            _tell(world.word(payment, amount=trade.paid), now)


def strangers_tell(now: dt.datetime) -> None:
    word = world.word(Payment.objects.get(order__nonce=NONCE))
    _tell(word.but(number="ANOTHERSHOPSNUMBER", event="another-event"), now)
    _tell(world.Word(word.account, word.fields | {"sign": "0" * 64}), now)


def _tell(word: world.Word, now: dt.datetime) -> None:
    headers = {"Content-Type": CONTENT_TYPE}
    raw = RawNotice(body=word.body.encode(), headers=headers, query="", received_at=now)
    receive(account_public_id=word.account.public_id, raw=raw, address="127.0.0.1", now=now)


def pays_late(now: dt.datetime) -> None:
    press(trade=SandboxTrade.objects.get(), button=Press.LATE, now=now)


def worker_works(now: dt.datetime) -> None:
    registry.run_all(now=now)


def delivery_fails(now: dt.datetime) -> None:
    broken = mock.patch("fulfillment.delivery.deliver.tell_delivered", side_effect=RuntimeError("planted"))
    with broken, suppress(registry.NotSettled):
        registry.run_all(now=now)


def gateway_refuses_refunds(now: dt.datetime) -> None:
    with mock.patch.object(SandboxGateway, "refund", side_effect=Rejected("planted")):
        registry.run_all(now=now)


def person_refunds(now: dt.datetime) -> None:
    by_hand(refund_id=Refund.objects.get().pk, actor=Actor("user:1", "finance"), reference="bank transfer 17", now=now)


def buyer_reveals(now: dt.datetime) -> None:
    line = OrderLine.objects.get(order__nonce=NONCE)
    units = [unit.pk for unit in delivered_units(line)]
    reveal(line=line, unit_ids=units, actor=Actor("mail:olga", "buyer"), now=now)


def merchant_imports(now: dt.datetime) -> None:
    import_batch(sku=Sku.objects.order_by("pk")[0], secrets=CODES, source="paste", user=None, now=now)


def merchant_withdraws(now: dt.datetime) -> None:
    with suppress(Refused):
        withdraw_batch(batch_id=Batch.objects.order_by("pk")[0].pk, actor="user:1", now=now)


def platform_rotates(now: dt.datetime) -> None:
    with override_settings(SECRETS_KEYS=f"{NEW_KEY},{settings.SECRETS_KEYS}"):
        rotate(model=Secret)
        rotate(model=GatewayAccount)


PAID = ((0, checks_out), (0.2, money_moves), (0.2, gateway_tells))
DONE = ((1, worker_works), (25 * HOUR, worker_works))

STORIES = {
    "a guest buys": Story(
        "place start started confirm pay verify deliver reveal complete",
        (*PAID, (0.3, worker_works), (1, buyer_reveals), (25 * HOUR, worker_works)),
        LineStatus.COMPLETED,
    ),
    "a member pays from the wallet": Story(
        "intend_share", ((0, pays_from_the_wallet), *DONE), LineStatus.COMPLETED, member=True
    ),
    "the gateway's word is lost": Story(
        "ask", ((0, checks_out), (0.2, money_moves), (0.5, worker_works), *DONE), LineStatus.COMPLETED
    ),
    "the gateway declines at first": Story(
        "ended",
        ((0, checks_out), (0.1, gateway_declines), (0.1, gateway_tells), *((at + 1, step) for at, step in (*PAID, *DONE))),
        LineStatus.COMPLETED,
    ),
    "the gateway does not answer at first": Story(
        "start_failed asked started_later",
        ((0, checks_out_in_vain), (0.5, worker_works), *((at + 1, step) for at, step in (*PAID, *DONE))),
        LineStatus.COMPLETED,
    ),
    "nobody pays": Story(
        "extend expire", ((0, only_orders), (10, wants_more_time), (21, worker_works)), LineStatus.RELEASED
    ),
    "nothing is delivered in time": Story(
        "refund refund_submit refund_settle", (*PAID, (40, worker_works)), LineStatus.REFUNDED
    ),
    "too little money comes": Story(
        "cannot_pay leftover",
        ((0, checks_out), (0.2, too_little_moves), (0.2, gateway_tells), (98 * HOUR, worker_works)),
        LineStatus.RELEASED,
    ),
    "the source takes nothing back": Story(
        "refund_by_hand", (*PAID, (40, gateway_refuses_refunds), (50, person_refunds)), LineStatus.REFUNDED
    ),
    "a delivery fails at first": Story(
        "note_failure",
        (*PAID, (0.3, delivery_fails), (5, worker_works), (25 * HOUR, worker_works)),
        LineStatus.COMPLETED,
    ),
    "strangers tell tales": Story(
        "quarantine refuse", ((0, checks_out), (0.1, strangers_tell), *PAID, *DONE), LineStatus.COMPLETED
    ),
    "the money comes late": Story(
        "sandbox_lapse", ((0, checks_out), (0.2, pays_late), (0.5, gateway_tells), *DONE), LineStatus.COMPLETED
    ),
    "stock comes and goes": Story(
        "intake withdraw rotate", ((0, merchant_imports), (1, merchant_withdraws), (2, platform_rotates))
    ),
}
BY_HAND = (*PAID, (0.3, worker_works))
STORIES |= {
    "somebody types the keys in": Story(
        "put_pieces take_up put_back hand_in",
        (
            (0, hand.merchant_counts),
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_leaves),
            (3, hand.clerk_takes),
            (4, hand.clerk_hands_in),
            (25 * HOUR, worker_works),
            (50 * HOUR, worker_works),
        ),
        LineStatus.COMPLETED,
        goods="typed",
        alone=LineStatus.REFUNDED,
    ),
    "the merchant cannot deliver": Story(
        "give_up",
        (*BY_HAND, (1, hand.clerk_takes), (2, hand.clerk_gives_up), (25 * HOUR, worker_works)),
        LineStatus.REFUNDED,
        goods="typed",
    ),
    "a card is sent and comes": Story(
        "ship receive",
        (
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_ships),
            (48 * HOUR, hand.buyer_receives),
            (97 * HOUR, worker_works),
            (300 * HOUR, worker_works),
            (301 * HOUR, hand.buyer_receives),
            (500 * HOUR, worker_works),
        ),
        LineStatus.COMPLETED,
        goods="card",
        alone=f"{LineStatus.REFUNDED} {LineStatus.SHIPPED}",
    ),
    "a card is sent and is lost": Story(
        "stall lose",
        (
            *BY_HAND,
            (1, hand.clerk_takes),
            (2, hand.clerk_ships),
            (300 * HOUR, worker_works),
            (301 * HOUR, hand.support_finds_it_lost),
            (302 * HOUR, worker_works),
        ),
        LineStatus.REFUNDED,
        goods="card",
        alone=LineStatus.SHIPPED,
    ),
    "a guest shows that the address is theirs": Story(
        "lookup adopt",
        (
            *PAID,
            (0.3, worker_works),
            (0.4, hand.buyer_asks_for_the_link),
            (0.5, worker_works),
            (1, hand.buyer_shows_the_address),
            *DONE,
        ),
        LineStatus.COMPLETED,
    ),
}
COMMITS = {commit: name for name, story in STORIES.items() for commit in story.commits.split()}
