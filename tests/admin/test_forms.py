"""Forms say what is wrong in words, and verbs do what they change."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.audit.models import Entry
from kameng.lib import clock
from kameng.notices.alarms import raise_alarm
from kameng.notices.models import Alarm
from shop.catalog.models import Listing, PriceTier, Sku
from shop.merchants.models import Member
from shop.payments.gateways.registry import open_gateway
from shop.payments.models import GatewayAccount, Refund, RefundStatus
from tests import factories
from tests.admin.people import platform, signed_in, staff
from tests.factories import NOON

pytestmark = pytest.mark.django_db

NO_TIERS = {"tiers-TOTAL_FORMS": "0", "tiers-INITIAL_FORMS": "0"}


def as_typed(sku: Sku, **changes: Any) -> dict[str, Any]:
    names = ("value", "unit", "kind", "mode", "position", "uses", "max_quantity")
    times = ("promise_seconds", "refund_seconds", "complaint_seconds")
    told = {name: getattr(sku, name) for name in (*names, *times)}
    return told | NO_TIERS | {"listing": sku.listing_id, "price": "98.00", "on_sale": "on"} | changes


class TestSku:
    @pytest.fixture
    def sku(self) -> Sku:
        return factories.sku()

    @pytest.fixture
    def client(self, sku: Sku) -> Client:
        return signed_in(staff("Catalogue", sku.listing.merchant, MerchantRole.CATALOGUE))

    def save(self, client: Client, sku: Sku, **changes: Any) -> str:
        answer = client.post(reverse("admin:catalog_sku_change", args=[sku.pk]), as_typed(sku, **changes))
        sku.refresh_from_db()
        return "" if answer.status_code == 302 else answer.content.decode()

    def test_prices_are_typed_as_decimals_and_shown_as_typed(self, client: Client, sku: Sku) -> None:
        assert not self.save(client, sku, price="12.30", list_price="20")
        assert (sku.price, sku.list_price) == (1230, 2000)
        page = client.get(reverse("admin:catalog_sku_change", args=[sku.pk])).content.decode()
        assert 'value="12.30"' in page
        assert 'value="20.00"' in page

    @pytest.mark.parametrize("price", ["0.005", "1e3", "NaN", "-1", "10" * 15, "", "0", "１２"])
    def test_what_is_no_price_is_refused_and_kept(self, client: Client, sku: Sku, price: str) -> None:
        page = self.save(client, sku, price=price)
        assert sku.price == 9800
        assert f'value="{price}"' in page or not price or len(price) > 20

    def test_a_secret_of_several_uses_is_sold_one_an_order(self, client: Client, sku: Sku) -> None:
        page = self.save(client, sku, uses=3, max_quantity=5)
        assert "errorlist" in page or "text-red-600" in page
        assert sku.uses == 1
        assert not self.save(client, sku, uses=3, max_quantity=1)
        assert sku.uses == 3

    def test_uses_stay_when_there_is_stock(self, client: Client, sku: Sku) -> None:
        factories.stock(sku, 1)
        assert not self.save(client, sku, uses=3, max_quantity=1)
        assert sku.uses == 1

    @pytest.mark.parametrize(("promise", "refund"), [(60, 60), (60, 30), (0, 30)])
    def test_the_promise_ends_before_the_money_goes_back(self, client: Client, sku: Sku, promise: int, refund: int) -> None:
        assert self.save(client, sku, promise_seconds=promise, refund_seconds=refund)
        assert (sku.promise_seconds, sku.refund_seconds) == (60, 1800)

    def test_tiers_are_typed_beside_it(self, client: Client, sku: Sku) -> None:
        tier = {"tiers-TOTAL_FORMS": "1", "tiers-0-from_quantity": "10", "tiers-0-unit_price": "95.5", "tiers-0-sku": sku.pk}
        assert not self.save(client, sku, **tier)
        assert PriceTier.objects.get().unit_price == 9550
        assert self.save(client, sku, **{**tier, "tiers-0-from_quantity": "1"})


class TestListing:
    def test_it_is_made_with_its_skus_and_published(self) -> None:
        seller = factories.merchant()
        client = signed_in(staff("Catalogue", seller, MerchantRole.CATALOGUE))
        typed = {
            "merchant": seller.pk,
            "category": factories.category().pk,
            "title": "星渊 灵石",
            "brand": "星渊",
            "glyph": "星",
            "published": "on",
            "skus-TOTAL_FORMS": "1",
            "skus-INITIAL_FORMS": "0",
            "skus-0-value": "648",
            "skus-0-price": "98",
            "skus-0-on_sale": "on",
            "skus-0-position": "0",
        }
        answer = client.post(reverse("admin:catalog_listing_add"), typed)
        assert answer.status_code == 302, answer.content.decode()
        listing = Listing.objects.get()
        assert listing.slug
        assert listing.published_at is not None
        assert listing.skus.get().price == 9800


class TestGateway:
    def typed(self, **changes: Any) -> dict[str, Any]:
        told = {"gateway": "sandbox", "name": "demo", "currency": "CNY", "enabled": "on", "position": "0"}
        return told | {"pid": "1001", "key": "a key of more than sixteen letters"} | changes

    def test_settings_go_in_sealed_and_never_come_back(self) -> None:
        client = signed_in(platform())
        assert client.post(reverse("admin:payments_gatewayaccount_add"), self.typed()).status_code == 302
        account = GatewayAccount.objects.get()
        assert open_gateway(account)
        page = client.get(reverse("admin:payments_gatewayaccount_change", args=[account.pk])).content.decode()
        assert "a key of more than" not in page
        assert account.sealed not in page
        assert "1001" not in page

    @pytest.mark.parametrize("changes", [{"key": "short"}, {"key": ""}, {"pid": ""}, {"key": "x" * 15}])
    def test_a_short_key_is_refused(self, changes: dict[str, str]) -> None:
        answer = signed_in(platform()).post(reverse("admin:payments_gatewayaccount_add"), self.typed(**changes))
        assert answer.status_code == 200
        assert not GatewayAccount.objects.exists()

    def test_empty_settings_keep_what_is_there(self) -> None:
        account = factories.gateway_account()
        sealed = account.sealed
        typed = self.typed(pid="", key="", name="renamed", gateway="wallet", currency="USD")
        answer = signed_in(platform()).post(reverse("admin:payments_gatewayaccount_change", args=[account.pk]), typed)
        assert answer.status_code == 302
        account.refresh_from_db()
        assert (account.sealed, account.name, account.gateway, account.currency) == (sealed, "renamed", "sandbox", "CNY")

    def test_a_new_key_replaces_the_old_one(self) -> None:
        account = factories.gateway_account()
        sealed = account.sealed
        address = reverse("admin:payments_gatewayaccount_change", args=[account.pk])
        assert signed_in(platform()).post(address, self.typed(name="sandbox")).status_code == 302
        account.refresh_from_db()
        assert account.sealed != sealed
        assert open_gateway(account)


class TestMembers:
    def typed(self, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = {"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": initial}
        for n, row in enumerate(rows):
            told |= {f"members-{n}-{name}": value for name, value in row.items()}
        return told

    def test_an_owner_names_a_colleague_by_address_and_opens_the_door(self) -> None:
        seller, person = factories.merchant(), factories.member("New")
        client = signed_in(staff("Owner", seller))
        address = reverse("admin:merchants_merchant_change", args=[seller.pk])
        owner = Member.objects.get()
        rows: list[dict[str, Any]] = [
            {"id": owner.pk, "merchant": seller.pk, "role": "OWNER"},
            {"email": person.email.upper(), "role": "ORDERS", "merchant": seller.pk},
        ]
        answer = client.post(address, self.typed(*rows, initial=1) | {"name": "Renamed"})
        assert answer.status_code == 302, answer.content.decode()
        person.refresh_from_db()
        assert person.is_staff
        assert person.memberships.get().role == "ORDERS"
        seller.refresh_from_db()
        assert seller.name == "Jade Cards"

    def test_an_unknown_address_is_named(self) -> None:
        seller = factories.merchant()
        client = signed_in(staff("Owner", seller))
        owner = Member.objects.get()
        rows: list[dict[str, Any]] = [
            {"id": owner.pk, "merchant": seller.pk, "role": "OWNER"},
            {"email": "no@example.com", "role": "ORDERS"},
        ]
        address = reverse("admin:merchants_merchant_change", args=[seller.pk])
        answer = client.post(address, self.typed(*rows, initial=1))
        assert "no@example.com" in answer.content.decode()
        assert Member.objects.count() == 1

    def test_who_leaves_the_last_merchant_is_no_staff_any_more(self) -> None:
        seller = factories.merchant()
        leaver = staff("Leaver", seller, MerchantRole.ORDERS)
        client = signed_in(staff("Owner", seller))
        keep, go = Member.objects.get(role="OWNER"), leaver.memberships.get()
        rows = [
            {"id": go.pk, "merchant": seller.pk, "role": "ORDERS", "DELETE": "on"},
            {"id": keep.pk, "merchant": seller.pk, "role": "OWNER"},
        ]
        answer = client.post(reverse("admin:merchants_merchant_change", args=[seller.pk]), self.typed(*rows, initial=2))
        assert answer.status_code == 302, answer.content.decode()
        assert not User.objects.get(pk=leaver.pk).is_staff

    def test_the_last_owner_stays(self) -> None:
        seller = factories.merchant()
        client = signed_in(staff("Owner", seller))
        address = reverse("admin:merchants_merchant_change", args=[seller.pk])
        for change in ({"role": "OWNER", "DELETE": "on"}, {"role": "ORDERS"}):
            row = {"id": Member.objects.get().pk, "merchant": seller.pk, **change}
            assert client.post(address, self.typed(row, initial=1)).status_code == 200
            assert Member.objects.get().role == MerchantRole.OWNER

    def test_others_of_the_shop_change_nobody(self) -> None:
        seller = factories.merchant()
        client = signed_in(staff("Orders", seller, MerchantRole.ORDERS))
        address = reverse("admin:merchants_merchant_change", args=[seller.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, self.typed()).status_code == 403


class TestUsers:
    def test_an_operator_gives_a_role_but_not_to_himself(self) -> None:
        operator, person = platform(), factories.member("New")
        client = signed_in(operator)
        typed = {"name": "x", "is_active": "on", "is_staff": "on", "platform_role": "SUPPORT", "email": "other@example.com"}
        for user in (operator, person):
            address = reverse("admin:accounts_user_change", args=[user.pk])
            assert client.post(address, typed).status_code == 302
            user.refresh_from_db()
        assert operator.platform_role == PlatformRole.OPERATOR
        assert person.platform_role == PlatformRole.SUPPORT
        assert person.email == "new@example.com"

    def test_no_hash_of_a_password_is_shown(self) -> None:
        person = factories.member("New")
        page = signed_in(platform()).get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
        assert person.password not in page


class TestAlarms:
    def test_they_are_closed_by_somebody(self) -> None:
        raise_alarm(key="k", kind="test", subject="order:1", text="Odd thing", now=NOON)
        alarm, person = Alarm.objects.get(), platform(PlatformRole.FINANCE)
        typed = {"action": "close_alarms", "_selected_action": [alarm.pk]}
        client = signed_in(person)
        assert "Odd thing" in client.get(reverse("admin:notices_alarm_changelist")).content.decode()
        client.post(reverse("admin:notices_alarm_changelist"), typed)
        alarm.refresh_from_db()
        assert alarm.closed_by == person.holder
        assert "Odd thing" not in client.get(reverse("admin:notices_alarm_changelist")).content.decode()
        assert "Odd thing" in client.get(reverse("admin:notices_alarm_changelist") + "?state=closed").content.decode()

    def test_support_may_look_only(self) -> None:
        raise_alarm(key="k", kind="test", subject="order:1", text="Odd thing", now=NOON)
        typed = {"action": "close_alarms", "_selected_action": [Alarm.objects.get().pk]}
        signed_in(platform(PlatformRole.SUPPORT)).post(reverse("admin:notices_alarm_changelist"), typed)
        assert Alarm.objects.get().closed_at is None


class TestRefundByHand:
    @pytest.fixture
    def refund(self) -> Refund:
        order = factories.place_order()
        payment = factories.receive(order, order.total, now=clock.now())
        told = {"payment": payment, "order": order, "destination": "SOURCE", "amount": order.total, "reason": "rest"}
        return Refund.objects.create(**told, status=RefundStatus.MANUAL, requested_at=clock.now())

    def test_it_needs_a_reference_and_is_done_once(self, refund: Refund) -> None:
        finn = platform(PlatformRole.FINANCE)
        client = signed_in(finn)
        page, address = (f"/admin/payments/refund/{refund.pk}/{view}/" for view in ("change", "by-hand"))
        assert address in client.get(page).content.decode()
        assert client.post(address, {"reference": ""}).status_code == 200
        assert client.post(address, {"reference": "BANK-77"}).status_code == 302
        refund.refresh_from_db()
        assert refund.status == RefundStatus.DONE
        assert refund.events.get().reason == "BANK-77"
        entry = Entry.objects.get(act="refund by hand")
        assert (entry.actor, entry.role, entry.reason) == (finn.holder, "finance", "BANK-77")
        assert entry.address == "127.0.0.1"
        assert address not in client.get(page).content.decode()
        assert client.post(address, {"reference": "AGAIN"}).status_code in (302, 403)
        assert refund.events.count() == 1

    def test_support_may_not(self, refund: Refund) -> None:
        client = signed_in(platform(PlatformRole.SUPPORT))
        assert client.post(f"/admin/payments/refund/{refund.pk}/by-hand/", {"reference": "x"}).status_code == 403
        refund.refresh_from_db()
        assert refund.status == RefundStatus.MANUAL
