"""C13: what one person could do great harm with takes two: one asks, another approves in time, and the log has both names."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from time_machine import travel

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole, PlatformRole
from kameng.audit.models import Entry
from kameng.audit.record import Actor
from kameng.lib import clock
from shop.approvals.models import Approval, ApprovalStatus
from shop.approvals.two_people import NeedsSecondPerson
from shop.inventory.export import Part, export_batch
from shop.inventory.intake import import_batch
from shop.inventory.models import Batch
from shop.payments.models import Refund, RefundStatus
from shop.payments.send_back import by_hand
from tests import factories as f
from tests.admin.people import platform, signed_in, staff
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}
TOLD = {"part": "unsold", "kind": "txt", "reason": "Moving house", "password": PASSWORD}
LIMIT = 100_000


@pytest.fixture
def batch() -> Batch:
    return import_batch(sku=f.sku(), secrets=["THE-KEY-1", "THE-KEY-2"], source="x", user=None, now=clock.now())


@pytest.fixture
def olga(batch: Batch) -> User:
    return staff("Olga", batch.sku.listing.merchant)


@pytest.fixture
def omar(batch: Batch) -> User:
    """The shop's other owner."""
    return staff("Omar", batch.sku.listing.merchant)


def page_of(batch: Batch) -> str:
    return reverse("admin:inventory_batch_export", args=[batch.pk])


def takes(person: User, batch: Batch, **changes: str) -> Any:
    return signed_in(person).post(page_of(batch), TOLD | changes, follow=True, headers=ENGLISH)


def the_file(answer: Any) -> bool:
    return "attachment" in answer.headers.get("Content-Disposition", "")


def says(person: User, word: str = "approve", row: Approval | None = None) -> int:
    """Press a button on the page of what waits; the status of the answer."""
    row = row or Approval.objects.latest("pk")
    path = reverse("admin:approvals_approval_change", args=[row.pk])
    return int(signed_in(person).post(path, {word: "1"}).status_code)


class TestExport:
    def test_it_is_asked_for_approved_by_another_owner_and_taken_once(self, batch: Batch, olga: User, omar: User) -> None:
        asked = takes(olga, batch)
        assert "A second person has been asked" in asked.content.decode()
        assert not the_file(asked)
        assert says(omar) == 302
        answer = takes(olga, batch)
        assert answer.content == b"THE-KEY-1\nTHE-KEY-2\n"
        assert Approval.objects.get().status == ApprovalStatus.USED
        assert not the_file(takes(olga, batch)), "an approval is for one time"
        assert Approval.objects.count() == 2

    def test_the_log_has_both_names(self, batch: Batch, olga: User, omar: User) -> None:
        takes(olga, batch)
        says(omar)
        takes(olga, batch)
        rows = list(Entry.objects.order_by("sequence").values_list("act", "actor", "role", "subject", "reason"))
        subject = f"batch:{batch.pk}"
        assert rows == [
            ("approval asked", olga.holder, "owner", subject, "export unsold: Moving house"),
            ("approval given", omar.holder, "owner", subject, f"export unsold, asked by {olga.holder}: Moving house"),
            ("export", olga.holder, "owner", subject, f"unsold 2, approved by {omar.holder}: Moving house"),
        ]

    def test_nobody_approves_their_own(self, batch: Batch, olga: User) -> None:
        takes(olga, batch)
        assert says(olga) == 403
        assert Approval.objects.get().status == ApprovalStatus.ASKED
        assert not the_file(takes(olga, batch))
        assert Approval.objects.count() == 1, "what is open is asked for once"

    def test_the_database_knows_it_too(self, batch: Batch, olga: User) -> None:
        takes(olga, batch)
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.update(decided_by=olga.holder)

    @pytest.mark.parametrize("role", [MerchantRole.CATALOGUE, MerchantRole.ORDERS, MerchantRole.FINANCE])
    def test_others_of_the_shop_neither_see_nor_approve_it(self, batch: Batch, olga: User, role: str) -> None:
        takes(olga, batch)
        assert says(staff("Clerk", batch.sku.listing.merchant, role)) in (403, 404)
        assert Approval.objects.get().status == ApprovalStatus.ASKED

    def test_owners_of_other_shops_do_not_find_it(self, batch: Batch, olga: User) -> None:
        takes(olga, batch)
        assert says(staff("Rival", f.merchant("Elsewhere"))) == 404
        assert Approval.objects.get().status == ApprovalStatus.ASKED

    @pytest.mark.parametrize("role", [PlatformRole.SUPPORT, PlatformRole.RISK, PlatformRole.FINANCE])
    def test_of_the_platform_operators_alone_do(self, batch: Batch, olga: User, role: str) -> None:
        takes(olga, batch)
        assert says(platform(role)) in (403, 404)
        assert says(platform()) == 302
        assert Approval.objects.get().status == ApprovalStatus.APPROVED

    def test_a_single_owner_is_told_that_the_platform_approves_and_gets_the_keys(self, batch: Batch, olga: User) -> None:
        page = signed_in(olga).get(page_of(batch), headers=ENGLISH).content.decode()
        assert "as your shop has no other owner the platform approves" in page
        assert "Ask for approval" in page
        takes(olga, batch)
        second = platform()
        says(second)
        page = signed_in(olga).get(page_of(batch), headers=ENGLISH).content.decode()
        assert re.search(r"not sold: Approved\s+\(lapses", page)
        assert "Download" in page
        assert the_file(takes(olga, batch))
        seen = signed_in(olga).get(reverse("admin:approvals_approval_changelist"), {"state": "all"}, headers=ENGLISH)
        assert second.email not in seen.content.decode()
        assert "the platform" in seen.content.decode()

    def test_other_owners_are_named(self, batch: Batch, olga: User, omar: User) -> None:
        page = signed_in(olga).get(page_of(batch), headers=ENGLISH).content.decode()
        assert f"you ask, and {omar} or the platform approves" in page

    def test_it_is_for_this_person_this_batch_and_this_part_alone(self, batch: Batch, olga: User, omar: User) -> None:
        other = import_batch(sku=batch.sku, secrets=["ANOTHER"], source="y", user=None, now=clock.now())
        takes(olga, batch)
        says(omar)
        assert not the_file(takes(omar, batch))
        assert not the_file(takes(olga, other))
        assert not the_file(takes(olga, batch, part="all", kind="xlsx"))
        assert the_file(takes(olga, batch))

    def test_it_lapses_after_a_day_approved_or_not(self, batch: Batch, olga: User, omar: User) -> None:
        takes(olga, batch)
        later = clock.now() + dt.timedelta(hours=24, seconds=1)
        with travel(later):
            assert says(omar) == 302
            assert Approval.objects.get().status == ApprovalStatus.ASKED
        says(omar)
        with travel(later):
            assert not the_file(takes(olga, batch))
        assert the_file(takes(olga, batch))

    def test_a_refusal_ends_it(self, batch: Batch, olga: User, omar: User) -> None:
        takes(olga, batch)
        assert says(omar, "refuse") == 302
        assert says(omar, "approve") == 302
        assert Approval.objects.get().status == ApprovalStatus.REFUSED
        assert not the_file(takes(olga, batch))

    def test_no_verb_goes_without(self, batch: Batch, olga: User) -> None:
        actor = Actor(olga.holder, "owner")
        with pytest.raises(NeedsSecondPerson):
            export_batch(batch=batch, part=Part.UNSOLD, actor=actor, reason="x", now=clock.now())
        assert not Entry.objects.exists()

    def test_who_approves_shows_the_second_factor_again(self, batch: Batch, olga: User, omar: User) -> None:
        takes(olga, batch)
        browser = signed_in(omar)
        path = reverse("admin:approvals_approval_change", args=[Approval.objects.get().pk])
        with travel(clock.now() + dt.timedelta(minutes=11)):
            assert browser.post(path, {"approve": "1"})["Location"].startswith(reverse("prove"))
        assert Approval.objects.get().status == ApprovalStatus.ASKED
        assert browser.post(path, {"destroy": "1"}).status_code == 404

    def test_what_waits_is_on_the_first_page_and_says_who_what_and_why(self, batch: Batch, olga: User, omar: User) -> None:
        takes(olga, batch)
        for person in (omar, platform()):
            browser = signed_in(person)
            path = reverse("admin:approvals_approval_changelist")
            assert [
                card["count"] for card in browser.get(reverse("admin:index")).context["waiting"] if card["link"] == path
            ] == [1]
            listed = browser.get(path, headers=ENGLISH).content.decode()
            for said in (f"Export batch #{batch.pk}: not sold", "Moving house", "Waits for a second person"):
                assert said in listed, said
            assert ("Olga" in listed) or (olga.email in listed)


def refund(amount: int) -> Refund:
    """A refund that waits for a person."""
    order = f.place_order(f.sku(units=1, price=amount))
    payment = f.receive(order, amount, now=clock.now())
    told = {"payment": payment, "order": order, "destination": "SOURCE", "amount": amount, "reason": "rest"}
    return Refund.objects.create(**told, status=RefundStatus.MANUAL, requested_at=clock.now())


class TestRefund:
    def page(self, row: Refund) -> str:
        return reverse("admin:payments_refund_paid_by_hand", args=[row.pk])

    def ask(self, browser: Client, row: Refund) -> Any:
        return browser.post(self.page(row), {"reason": "closed card"}, follow=True, headers=ENGLISH)

    def status(self, row: Refund) -> str:
        return str(Refund.objects.values_list("status", flat=True).get(pk=row.pk))

    def test_up_to_the_limit_one_person_does_it(self) -> None:
        row = refund(LIMIT)
        signed_in(platform(PlatformRole.FINANCE)).post(self.page(row), {"reference": "transfer 17"})
        assert self.status(row) == RefundStatus.DONE
        assert Entry.objects.get(act="refund by hand").reason == "transfer 17"

    @pytest.mark.parametrize("second", [PlatformRole.FINANCE, PlatformRole.OPERATOR])
    def test_above_it_takes_two(self, second: str) -> None:
        row, asker, other = refund(LIMIT + 1), platform(PlatformRole.FINANCE), platform(second, name="second")
        browser = signed_in(asker)
        first = browser.get(self.page(row), headers=ENGLISH).content.decode()
        assert "do not pay yet" in first
        assert 'name="reference"' not in first
        browser.post(self.page(row), {"reference": "transfer 17"})
        assert self.status(row) == RefundStatus.MANUAL
        assert "It waits for a second person" in self.ask(browser, row).content.decode()
        assert says(asker) == 403
        assert says(other) == 302
        assert 'name="reference"' in browser.get(self.page(row)).content.decode()
        browser.post(self.page(row), {"reference": "transfer 17"})
        assert self.status(row) == RefundStatus.DONE
        entry = Entry.objects.get(act="refund by hand")
        assert (entry.actor, entry.reason) == (asker.holder, f"transfer 17 (approved by {other.holder})")

    @pytest.mark.parametrize("role", [PlatformRole.SUPPORT, PlatformRole.RISK])
    def test_support_and_risk_are_no_second_person(self, role: str) -> None:
        row, asker = refund(LIMIT + 1), platform(PlatformRole.FINANCE)
        self.ask(signed_in(asker), row)
        assert says(platform(role)) in (403, 404)
        assert Approval.objects.get().status == ApprovalStatus.ASKED

    def test_owners_of_shops_see_nothing_of_it(self) -> None:
        row = refund(LIMIT + 1)
        self.ask(signed_in(platform(PlatformRole.FINANCE)), row)
        assert says(staff("Owner", f.merchant())) == 404

    def test_it_lapses(self) -> None:
        row, asker = refund(LIMIT + 1), platform(PlatformRole.FINANCE)
        self.ask(signed_in(asker), row)
        says(platform(name="second"))
        actor, later = Actor(asker.holder, "finance"), clock.now() + dt.timedelta(hours=25)
        with pytest.raises(NeedsSecondPerson):
            by_hand(refund_id=row.pk, actor=actor, reference="x", now=later)
        assert self.status(row) == RefundStatus.MANUAL
