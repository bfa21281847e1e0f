"""F3: there are no placeholders: what merchants and buyers write comes out as it was written, in pages and in mails."""

import re
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from kameng.tasks.registry import run_all
from shop.catalog.models import Listing
from shop.merchants.models import Merchant
from tests import factories as f
from tests.notices.test_mail import html_of
from tests.security.sources import ROOT, trees
from tests.tracking.visitors import guest_of, page, show

pytestmark = pytest.mark.django_db

#: Each would say something, or fail, in one of the languages of templates.
TITLES = ["{order.user.password}", "{{ settings.SECRET_KEY }}", "{0.__class__}", "%(title)s %s %d", "${7*7} {{7*7}}"]
TITLES += ["{% load i18n %}{% debug %}", "{{ block.super }}{#x#}", "{title!r:>{width}}", "<% 7*7 %> #{7*7}", "%(password"]


def told(title: str) -> Listing:
    """A listing that says it everywhere."""
    seller = Merchant.objects.create(name=f"Shop {title}"[:60], slug="shop", glyph="店", opened_at=f.NOON)
    texts = {"summary": title, "warning": title, "description": title, "instructions": title}
    return f.listing(title, seller=seller, slug="said", **texts)


@pytest.mark.parametrize("title", TITLES)
def test_the_shops_pages_say_it_as_it_was_written(title: str) -> None:
    sku = f.sku(units=1, of=told(title), value=title[:20])
    order = f.place_order(sku)
    reader = guest_of(order)
    pages = [reverse("listing", args=["said"]), f"{reverse('search')}?q=", f"{reverse('checkout')}?sku={sku.pk}"]
    for address in [*pages, reverse("pay", args=[order.number])]:
        answer = reader.get(address)
        assert answer.status_code == 200
        assert title in unescape(answer.content.decode()), address


@pytest.mark.parametrize("title", TITLES)
def test_mails_and_delivered_texts_say_it_as_it_was_written(title: str) -> None:
    order = f.pay_order(f.place_order(f.sku(units=[title], of=told(title))))
    f.deliver_all()
    run_all(only={"mail"})
    message = mail.outbox[-1]
    assert title in message.subject
    assert title in str(message.body)
    assert title in unescape(html_of(message))
    browser = guest_of(order)
    assert title in unescape(page(browser, order))
    assert title in unescape(show(browser, order).content.decode())


def test_nothing_of_the_house_makes_a_template_of_a_text() -> None:
    """No engine reads what is stored, and `str.format` is used nowhere: its fields reach into objects."""
    makes = re.compile(r"\bTemplate\(|\.from_string\(|\.format\(|\.format_map\(|\.substitute\(|\bjinja")
    for path, _tree in trees():
        text = (ROOT / path).read_text()
        text = re.sub(r"(logging\.)?Formatter\(\)\.format\(|way\.format\(|super\(\)\.format\(", "", text)
        assert not makes.search(text), path
