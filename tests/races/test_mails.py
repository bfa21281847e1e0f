"""Several workers send the mails of one order while its lines come and its buyer reads: nothing is told twice or lost."""

from functools import partial
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend

from fulfillment.delivery.deliver import deliver, undelivered
from kameng.lib import clock
from kameng.notices.centre import read_all
from kameng.notices.models import Notification
from kameng.notices.send import send
from shop.payments.tell import PATIENCE
from tests import factories as f
from tests.harness.crowd import together
from tests.harness.scale import scale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

LINES = 4
ROUNDS = scale(3, 100)


def test_every_delivery_is_told_in_exactly_one_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(EmailBackend, "send_messages", lambda _self, messages: sent.extend(m.body for m in messages))
    for turn in range(ROUNDS):
        sent.clear()
        alice, now = f.member(f"Alice{turn}"), clock.now()
        titles = [f"Game {turn} {n}" for n in range(LINES)]
        goods = [f.sku(units=1, of=f.listing(title)) for title in titles]
        order = f.pay_order(f.place_order(*goods, by=f.buyer(user=alice)), now=now)
        f.verify_all(now)
        first, *others = undelivered(now)
        deliver(line_id=first, now=now)
        later = now + PATIENCE
        strange = [answer for answer in together(_crowd(alice, others, later)) if isinstance(answer, BaseException)]
        assert strange == []
        for pk in _due(order.owner):
            send(notification_id=pk, now=later)
        assert [
            sum(f"{title} 648 gems × 1\n" in body.partition("Still to come")[0] for body in sent) for title in titles
        ] == [1] * LINES
        assert _due(order.owner) == []
        assert not Notification.objects.filter(thread=order.owner, sent_at=None, unneeded=False).exists()


def _crowd(alice: Any, lines: list[int], later: Any) -> list[Any]:
    """Deliver the other lines, send whatever is there three times over, and read it all, at once."""
    known = list(Notification.objects.filter(user=alice).values_list("pk", flat=True))
    senders = [partial(send, notification_id=pk + n, now=later) for n in range(LINES) for pk in known]
    couriers = [partial(deliver, line_id=pk, now=later) for pk in lines]
    readers = [partial(read_all, user=alice, upto=known[-1] + LINES, now=later) for _ in range(2)]
    return [*couriers, *senders, *readers]


def _due(thread: str) -> list[int]:
    rows = Notification.objects.filter(thread=thread, sent_at=None, next_try_at__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))
