"""What buyers, the gateway, strangers, merchants and the worker do in a story; each step may be done again, as people do."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from unittest import mock

from django.conf import settings
from django.test import override_settings

from fulfillment.delivery.reveal import delivered_units, reveal
from kameng.accounts.models import User
from kameng.audit.record import Actor
from kameng.lib.transitions import Refused
from kameng.tasks import registry
from shop.approvals import two_people
from shop.catalog.models import Sku
from shop.inventory import by_parts, export
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch, Intake, Secret, StockUnit
from shop.inventory.rotate import rotate
from shop.inventory.withdraw import withdraw_batch
from shop.orders.expire import extend
from shop.orders.models import Order, OrderLine
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
from tests.payments import world

Step = Callable[[dt.datetime], None]

NONCE = "the-form-of-this-story"
QUANTITY = 2
CODES = [f"NEW-{n:04}" for n in range(5)]
BUYER = "Olga"
#: Nobody listens there: what is sent to it is lost.
NOWHERE = Addresses("http://127.0.0.1:9/notice", "http://127.0.0.1:9/return")
NEW_KEY = "t2:MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI="


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


def merchant_imports_many(now: dt.datetime) -> None:
    """So many that they come in by parts, and one twice."""
    with mock.patch.object(by_parts, "PART", 2):
        by_parts.begin(sku=Sku.objects.order_by("pk")[0], candidates=[*CODES, CODES[0]], source="file", user=None, now=now)


def merchant_reads_rejects(now: dt.datetime) -> None:
    for intake in Intake.objects.order_by("pk"):
        with suppress(Refused):
            by_parts.rejects(intake=intake, actor=Actor("user:1", "owner"), now=now)


def merchant_takes_secrets_back(now: dt.datetime) -> None:
    owner, batch = Actor("user:1", "owner"), Batch.objects.order_by("pk")[0]
    asked = two_people.ask(what=export.export_of(batch, export.Part.ALL), actor=owner, reason="moving", now=now)
    with suppress(Refused):
        two_people.decide(approval_id=asked.pk, approved=True, actor=Actor("user:2", "operator"), now=now)
    with suppress(export.NothingToExport, two_people.NeedsSecondPerson):
        export.export_batch(batch=batch, part=export.Part.ALL, actor=owner, reason="moving", now=now)
    export.show_unit(unit=StockUnit.objects.order_by("pk")[0], actor=owner, reason="a complaint", now=now)


def merchant_withdraws(now: dt.datetime) -> None:
    with suppress(Refused):
        withdraw_batch(batch_id=Batch.objects.order_by("pk")[0].pk, actor="user:1", now=now)


def platform_rotates(now: dt.datetime) -> None:
    with override_settings(SECRETS_KEYS=f"{NEW_KEY},{settings.SECRETS_KEYS}"):
        rotate(model=Secret)
        rotate(model=GatewayAccount)
