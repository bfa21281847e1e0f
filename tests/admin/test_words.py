"""The admin speaks plainly: no column, kind or reason stands there as the code has it, and merchants see no workings."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fulfillment.delivery.models import Fulfillment
from kameng.lib import clock
from kameng.lib.admin_names import ACTORS, REASONS, reason_of
from kameng.notices.alarms import raise_alarm
from kameng.notices.kinds import AlarmKind, kind_in_words
from shop.inventory.models import StockUnit
from shop.payments.models import RefusedNotice
from tests import factories
from tests.admin.people import platform, signed_in, staff

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]|SKU|IP")
#: Headers and the names of fields, without what stands in the cells.
HEADER = re.compile(r"<th\b[^>]*column-[^>]*>(.*?)</th>|<label\b[^>]*>(.*?)</label>", re.DOTALL)
TAG = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>|[\s*]|[a-z_]+(?=\s*</span>)", re.DOTALL)


def headers(page: str) -> set[str]:
    icons = re.sub(r"<span[^>]*material-symbols[^>]*>.*?</span>", "", page, flags=re.DOTALL)
    found = {TAG.sub("", unescape(first or second)) for first, second in HEADER.findall(icons)}
    return {text for text in found if text}


@pytest.fixture
def operator() -> Client:
    factories.delivered_order()
    raise_alarm(key="a", kind=AlarmKind.AMOUNT_DIFFERS, subject="payment:1", text="Odd", now=clock.now())
    path = {"path": "/pay/n/x/", "reason": "wrong signature", "received_at": clock.now()}
    RefusedNotice.objects.create(**path)
    return signed_in(platform())


def test_every_column_and_field_is_named_in_chinese(operator: Client) -> None:
    wrong: dict[str, set[str]] = {}
    assert reverse("admin:index")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = model._default_manager.order_by("-pk")[:1]
        pages = [reverse(f"{name}_changelist"), *(reverse(f"{name}_change", args=[row.pk]) for row in rows)]
        for address in pages:
            told = headers(operator.get(address).content.decode())
            odd = {text for text in told if not CHINESE.search(text)}
            wrong |= {address: odd} if odd else {}
    assert wrong == {}


def test_kinds_and_reasons_are_shown_in_words(operator: Client) -> None:
    for page, code in (("notices_alarm", "amount-differs"), ("payments_refusednotice", "wrong signature")):
        text = operator.get(reverse(f"admin:{page}_changelist")).content.decode()
        assert code not in re.sub(r'(value|href)="[^"]*"', "", text)


def test_every_kind_and_reason_of_the_house_has_words() -> None:
    source = "".join(
        path.read_text()
        for room in ("kameng", "shop", "fulfillment")
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
    )
    kinds = set(re.findall(r'\bkind="([a-z-]+)"', source))
    kinds |= {AlarmKind[name].value for name in re.findall(r"\bAlarmKind\.([A-Z_]+)", source)}
    assert kinds == set(AlarmKind.values)
    told = set(re.findall(r'BadNotice\("([^"]+)"\)', source)) | set(re.findall(r'\bmove[^)]* reason="([^"]+)"', source))
    assert told <= set(REASONS)
    assert set(re.findall(r'\bmove[^)]* actor="([^"]+)"', source)) <= {*ACTORS, "bench"}
    with translation.override("zh-hans"):
        assert [code for code in REASONS if reason_of(code) == code] == []
        assert [code for code in AlarmKind.values if not CHINESE.search(kind_in_words(code))] == []


def test_the_menu_is_written_like_the_page(operator: Client) -> None:
    page = operator.get(reverse("admin:index")).content.decode()
    assert not re.search(r">\s*Skus?\s*<", page)


def test_a_list_without_rows_offers_nothing_that_cannot_be_done() -> None:
    page = signed_in(platform()).get(reverse("admin:payments_refund_changelist")).content.decode()
    assert "这里没有内容" in page
    assert "新建" not in page


def test_leaving_a_page_is_not_called_closing(operator: Client) -> None:
    row = Fulfillment.objects.get()
    page = operator.get(reverse("admin:delivery_fulfillment_change", args=[row.pk])).content.decode()
    assert re.search(r">\s*返回\s*<", page)
    assert not re.search(r">\s*关闭\s*<", page)


def test_a_merchant_sees_no_workings() -> None:
    line = factories.line_of(factories.delivered_order())
    unit = StockUnit.objects.get(reservation__line=line)
    StockUnit.objects.filter(pk=unit.pk).update(position=42949673003)
    client = signed_in(staff("Owner", line.merchant))
    for address in (
        reverse("admin:delivery_fulfillment_changelist"),
        reverse("admin:delivery_fulfillment_change", args=[line.fulfillment.pk]),
        reverse("admin:inventory_stockunit_changelist"),
        reverse("admin:inventory_stockunit_change", args=[unit.pk]),
    ):
        page = client.get(address).content.decode()
        assert "队列" not in page
        assert "42949673003" not in page


def test_what_was_delivered_will_not_be_tried_again(operator: Client) -> None:
    page = admin.site._registry[Fulfillment]
    row = Fulfillment.objects.get()
    assert row.next_try_at is not None
    assert page.next_try(row) is None  # type: ignore[attr-defined]
