"""An alarm names its row in words and leads there, and is closed on its own page as in the list."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from kameng.accounts.roles import PlatformRole
from kameng.lib import clock
from kameng.notices.alarms import raise_alarm
from kameng.notices.models import Alarm
from kameng.tasks.models import FailingRow
from shop.payments.models import Payment
from tests import factories as f
from tests.admin.people import platform, signed_in
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notices_alarm_changelist")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with clock.at(NOON), translation.override("en"):
        yield


def browser(role: str = PlatformRole.OPERATOR) -> Client:
    made = signed_in(platform(role))
    made.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return made


def alarm(subject: str, kind: str = "odd") -> Alarm:
    raise_alarm(key=f"{kind} {subject}", kind=kind, subject=subject, text="Odd thing", now=NOON)
    return Alarm.objects.get(key=f"{kind} {subject}")


def page_of(row: Alarm) -> str:
    return reverse("admin:notices_alarm_change", args=[row.pk])


def test_it_leads_to_the_row_it_is_about() -> None:
    order = f.pay_order()
    line, payment = f.line_of(order), Payment.objects.get()
    failing = FailingRow.objects.create(
        controller="deliver", row=line.pk, attempts=9, since=NOON, next_try_at=NOON, problem="KeyError"
    )
    number = f"{payment.number[:4]}-{payment.number[4:8]}-{payment.number[8:12]}".upper()
    told = [
        (alarm(f"order:{order.pk}"), f"Order {order.pk}", order),
        (alarm(f"line:{line.pk}"), f"Order line {line.pk}", line),
        (alarm(f"line:{line.pk}:delivered"), f"Order line {line.pk}", line),
        (alarm(f"payment:{payment.number}"), f"Payment {number}", payment),
        (alarm(f"deliver:{line.pk}", "row-fails"), f"Failing row deliver {line.pk}", failing),
    ]
    client = browser()
    for row, said, about in told:
        link = reverse("admin:notices_alarm_row", args=[row.pk])
        for page in (LIST, page_of(row)):
            assert f'href="{link}">{said}</a>' in client.get(page).content.decode(), (page, said)
        meta = about._meta
        assert client.get(link).url == reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[about.pk])  # type: ignore[attr-defined]


def test_a_row_that_is_gone_or_closed_to_the_reader_is_no_dead_end() -> None:
    gone, foreign = alarm("order:987654321"), alarm("deliver:1", "row-fails")
    odd = [alarm(text) for text in ("whatever", "order:", "order:x", "line:" + "9" * 30, ":", "account:\u202e")]
    client = browser(PlatformRole.SUPPORT)
    answer = client.get(reverse("admin:notices_alarm_row", args=[gone.pk]), follow=True)
    assert answer.redirect_chain == [(page_of(gone), 302)]
    assert "What this alarm is about is not there any more." in answer.content.decode()
    assert reverse("admin:notices_alarm_row", args=[foreign.pk]) not in client.get(LIST).content.decode()
    for row in odd:
        assert client.get(reverse("admin:notices_alarm_row", args=[row.pk]), follow=True).status_code == 200
    assert client.get(reverse("admin:notices_alarm_row", args=["x"])).status_code == 404


def test_it_is_closed_on_its_own_page_by_those_who_may() -> None:
    row = alarm("order:1")
    close = reverse("admin:notices_alarm_close", args=[row.pk])
    assert "Close the alarm" not in browser(PlatformRole.SUPPORT).get(page_of(row)).content.decode()
    assert browser(PlatformRole.SUPPORT).post(close).status_code == 403
    client = browser()
    assert client.get(close).status_code == 403
    assert f'action="{close}"' in client.get(page_of(row)).content.decode()
    page = client.post(close, follow=True).content.decode()
    assert "1 alarm was closed." in page
    assert "Close the alarm" not in page
    row.refresh_from_db()
    assert (row.closed_at, row.closed_by) == (NOON, platform().holder)


def test_the_list_asks_as_much_for_many_as_for_few() -> None:
    client, asked = browser(), []
    line = f.line_of(f.pay_order())
    for count in (2, 30):
        for n in range(count):
            alarm(f"line:{line.pk}", f"odd {count} {n}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
