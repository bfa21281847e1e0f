"""H7: a mail carries a link, never the secret, nor a part of it."""

import pytest
from django.core import mail

from kameng.tasks.registry import run_all
from tests import factories as f
from tests.notices.test_mail import html_of

pytestmark = pytest.mark.django_db


def test_the_mail_about_a_delivery_holds_a_link_and_no_part_of_the_key() -> None:
    order = f.delivered_order(codes=["QZXW-9999-VVVV"])
    run_all(only=["mail"])
    (message,) = mail.outbox
    for text in (message.subject, str(message.body), html_of(message)):
        assert not any(part in text for part in ("QZXW", "9999-VVVV"))
    assert "QZXW-9999" not in message.message().as_string()
    assert f"/o/k/{order.token}/" in str(message.body)


def test_the_mail_to_a_member_holds_no_token_either() -> None:
    order = f.delivered_order(by=f.buyer(user=f.member("Alice")))
    run_all(only=["mail"])
    (message,) = mail.outbox
    assert order.token not in message.message().as_string()
    assert f"/o/{order.number}/" in str(message.body)
