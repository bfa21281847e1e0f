"""Two merchants who sell everything there is, and a browser of the first one's owner who looks for the second."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, Q
from django.test import Client
from django.urls import reverse

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment
from fulfillment.delivery.shipping import Parcel, ship
from kameng.accounts.models import User
from kameng.audit.record import Actor, record
from kameng.lib import clock
from kameng.notices.alarms import raise_alarm
from kameng.tasks.models import FailingRow
from shop.approvals.two_people import ask
from shop.catalog.models import Mode, PriceTier, Sku
from shop.inventory.by_parts import begin, take_in
from shop.inventory.export import Part, export_of
from shop.merchants.keys import Wanted, make_key
from shop.merchants.models import Merchant, Scope
from shop.orders.models import Order, OrderLine
from shop.payments.models import Notice, Refund, RefundStatus, RefusedNotice
from tests import factories as f
from tests.admin.people import staff
from tests.security.policy import PATHS

MARK = "Nightjar"
#: As many digits as no key has.
NOWHERE = 987654321


class Shop:
    """A merchant with goods of each kind, sold and delivered in each way; `name` is a part of every text of theirs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.merchant: Merchant = f.merchant(f"{name} Shop")
        self.owner: User = staff(f"{name}owner", self.merchant)
        page = f.listing(f"{name} Game", seller=self.merchant)
        self.sku: Sku = f.sku(units=[f"{name}-CODE-{n}" for n in range(3)], of=page, unit=f"{name} gems")
        self.by_hand: Sku = f.by_hand(of=f.listing(f"{name} Service", seller=self.merchant))
        self.card: Sku = f.card_to_ship(of=f.listing(f"{name} Card", seller=self.merchant))
        self.tier = PriceTier.objects.create(sku=self.sku, from_quantity=2, unit_price=9000)
        begun = begin(
            sku=self.sku,
            candidates=[f"{name}-MORE", f"{name}-MORE"],
            source=f"{name}.txt",
            user=self.owner,
            now=clock.now(),
        )
        while take_in(intake_id=begun.pk, now=clock.now()):
            pass
        self.batch = begun.batch
        actor = Actor(self.owner.holder, "owner")
        wanted = Wanted(f"{name} till", [Scope.STOCK_READ], dt.timedelta(days=30))
        make_key(merchant=self.merchant, wanted=wanted, user=self.owner, actor=actor, now=clock.now())
        ask(what=export_of(self.batch, Part.UNSOLD), actor=actor, reason=f"{name} moves", now=clock.now())

    def sells(self) -> None:
        """Somebody buys one of each; the key is delivered, the service taken up, the card sent."""
        orders = [f.pay_order(f.place_order(each, by=f.buyer(f"{self.name}buyer"))) for each in self.skus]
        f.verify_all()
        f.deliver_all()
        for work in Fulfillment.objects.filter(line__order__in=orders).exclude(line__mode=Mode.AUTO):
            take_up(fulfillment_id=work.pk, user=self.owner, now=clock.now())
            if work.line.mode == Mode.SHIPMENT:
                parcel = Parcel(f"{self.name} Express", f"{self.name}-17")
                ship(fulfillment_id=work.pk, user=self.owner, parcel=parcel, now=clock.now())

    @property
    def skus(self) -> tuple[Sku, ...]:
        return (self.sku, self.by_hand, self.card)

    def rows(self, label: str) -> Any:
        """The merchant's rows of a tenant model, found without the admin."""
        model: Any = apps.get_model(label)
        if label == "ledger.account":
            return model.objects.filter(owner=self.merchant.owner)
        return model.objects.filter(Q(**{PATHS[label]: self.merchant.pk})).distinct()

    def marks(self) -> set[str]:
        """What tells of this merchant and of nobody else: two who share an order both know its number."""
        orders = Order.objects.filter(lines__merchant=self.merchant)
        alone = orders.exclude(lines__in=OrderLine.objects.exclude(merchant=self.merchant))
        numbers = {mark for order in alone for mark in (order.number, order.shown_number)}
        refs = {unit.secret.ref for sku in self.skus for unit in sku.units.select_related("secret")}
        return {self.name} | numbers | refs | {order.token for order in orders}


def two_shops() -> tuple[Shop, Shop]:
    """Ours and theirs, after each sold and one buyer bought of both; and rows of the platform's own."""
    ours, theirs = Shop("Ours"), Shop(MARK)
    for shop in (theirs, ours):
        shop.sells()
    both = f.pay_order(f.place_order(ours.sku, theirs.sku, by=f.buyer("Both")))
    f.deliver_all()
    _platform(theirs, both)
    return ours, theirs


def _platform(theirs: Shop, order: Order) -> None:
    """What only the platform sees, about the other merchant."""
    line = OrderLine.objects.filter(merchant=theirs.merchant, order=order)[0]
    told = {"payment": order.payments.all()[0], "order": order, "line": line, "destination": "SOURCE", "amount": 1}
    Refund.objects.create(**told, reason=MARK, status=RefundStatus.MANUAL, requested_at=clock.now())
    RefusedNotice.objects.create(received_at=clock.now(), path=f"/{MARK}/", address="192.0.2.1", reason=MARK, body=MARK)
    Notice.objects.create(account=f.gateway_account(), event=MARK, body=MARK, reason=MARK, received_at=clock.now())
    with transaction.atomic():
        record(act="export", subject=MARK, actor=Actor(theirs.owner.holder, "owner"), now=clock.now(), reason=MARK)
    raise_alarm(key=MARK, kind="row-fails", subject=MARK, text=MARK, now=clock.now())
    since = {"since": clock.now(), "next_try_at": clock.now()}
    FailingRow.objects.create(controller="intake", row=1, problem=MARK, attempts=9, **since)


def pages() -> list[tuple[type[Model], Any]]:
    """Every model of the admin with its page; the addresses bring the desk's pages with them."""
    assert reverse("admin:index")
    return list(admin.site._registry.items())


def address_of(model: type[Model], view: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def found_in(text: str, marks: set[str]) -> set[str]:
    """Those of the marks that stand in the text, in whatever case."""
    lower = text.lower()
    return {mark for mark in marks if mark.lower() in lower}


def told(answer: Any) -> tuple[int, str, list[str], str]:
    """What an answer says, without numbers, tokens and what is new each time: status, where to, messages, body."""
    body = answer.content.decode()
    body = re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|csrfToken": "\w+"', "", body)
    # Those of this answer: what nobody has read yet is kept for the next page.
    said = [plain(str(message)) for message in answer.wsgi_request._messages._queued_messages]
    return answer.status_code, plain(answer.headers.get("Location", "")), said, plain(body)


def plain(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def visits(browser: Client, path: str, form: dict[str, Any] | None = None, *, sent: bool = True) -> Iterator[Any]:
    """The page read, and the page sent to; neither shows what an answer before it had to say."""
    browser.cookies.pop("messages", None)
    yield browser.get(path)
    if sent:
        browser.cookies.pop("messages", None)
        yield browser.post(path, form or {"post": "yes", "title": "hacked", "price": "0.01"})
