"""People who press at once, over real HTTP: a member in three browsers, and two clerks at one line."""

import re
from functools import partial

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from fulfillment.delivery.models import Fulfillment
from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from shop.inventory.models import StockUnit, UnitStatus
from shop.orders.models import LineStatus, OrderLine, OrderStatus
from shop.payments.gateways.sandbox.gateway import CONTENT_TYPE
from shop.payments.models import PaymentStatus
from shop.payments.wallet import wallet_balance
from tests import factories as f
from tests.admin.people import signed_in, staff
from tests.harness.crowd import together
from tests.harness.fixtures import Site
from tests.harness.scale import scale
from tests.journeys.world import fill_wallet
from tests.payments import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.drill]

ROUNDS = scale(4, 60)
PATIENCE_SECONDS = 110.0


class Browser:
    """A browser with the session of somebody who signed in elsewhere."""

    def __init__(self, site: Site, session: Client) -> None:
        cookies = {name: morsel.value for name, morsel in session.cookies.items()}
        headers = {"Accept-Language": "en"}
        self.client = httpx.Client(
            base_url=site.url, cookies=cookies, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False
        )

    def ready(self, page: str, to: str, **fields: str) -> "partial[httpx.Response]":
        """The page is open, and the button that sends these fields not pressed yet."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.client.get(page).text)
        assert token is not None
        return partial(self.client.post, to, data=fields | {"csrfmiddlewaretoken": token[1]})


def member_at(site: Site, user: User) -> Browser:
    session = Client()
    session.force_login(user)
    return Browser(site, session)


def test_an_order_paid_from_the_wallet_twice_and_at_the_cashier_at_once_is_paid_once(calm: Site) -> None:
    alice = f.verified("Alice")
    fill_wallet(alice, 30_000)
    for _turn in range(ROUNDS):
        order = f.place_order(by=f.buyer(user=alice))
        payment, had = world.started(order), wallet_balance(alice, "CNY")
        pages = reverse("pay", args=[order.number]), reverse("pay_start", args=[order.number])
        wallets = [member_at(calm, alice).ready(*pages, method="wallet") for _ in range(2)]
        url = calm.url + reverse("notify", args=[payment.account.public_id])
        told = partial(
            httpx.post, url, content=world.word(payment).body, headers={"Content-Type": CONTENT_TYPE}, timeout=100
        )
        *pressed, notice = together([*wallets, told], connected=False)
        assert (notice.status_code, notice.text) == (200, "success")
        assert [answer.status_code for answer in pressed] == [302, 302]
        calm.drain()
        order.refresh_from_db()
        assert order.status == OrderStatus.PAID
        assert OrderLine.objects.get(order=order).status == LineStatus.DELIVERED
        paid = [row.received for row in order.payments.filter(status=PaymentStatus.CONFIRMED)]
        assert paid in ([order.total], [order.total] * 2), "the wallet was drawn once at most"
        # The cashier's money is here in any case: where the wallet was faster, it went there.
        assert wallet_balance(alice, "CNY") == had


def test_two_clerks_who_press_at_once_take_a_line_up_once_and_deliver_it_once(calm: Site) -> None:
    seller = f.merchant("Jade Cards")
    clerks = [Browser(calm, signed_in(staff(name, seller, MerchantRole.ORDERS))) for name in ("Sam", "Sue")]
    sku = f.by_hand(ROUNDS, of=f.listing(seller=seller))
    for turn in range(ROUNDS):
        order = f.pay_order(f.place_order(sku, by=f.buyer(f"buyer-{turn}")))
        f.verify_all()
        row = Fulfillment.objects.get(line__order=order)
        page = reverse("admin:delivery_handdelivery_change", args=[row.pk])
        together([clerk.ready(page, page, take="1") for clerk in clerks], connected=False)
        row.refresh_from_db()
        assert row.taken_by is not None
        pages = [clerk.client.get(page).text for clerk in clerks]
        assert sum('name="secrets"' in text for text in pages) == 1, "the line is one's"
        # Both type: the other one from a tab that was open before.
        acts = [clerk.ready(page, page, deliver="1", secrets=f"KEY-{turn}-{n}") for n, clerk in enumerate(clerks)]
        answers = together(acts, connected=False)
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        assert OrderLine.objects.get(order=order).delivered == 1
        assert StockUnit.objects.filter(status=UnitStatus.DELIVERED).count() == turn + 1
