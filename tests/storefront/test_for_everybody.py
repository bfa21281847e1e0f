"""The pages before payment, for everybody: nothing that axe finds, nothing wider than the screen, faces that are drawn."""

from itertools import product

import pytest

from tests.factories import category, gateway_account, listing, sku
from tests.harness import axe
from tests.harness.browsers import DESKTOP, PHONE, Look, Visit
from tests.harness.fixtures import Site
from tests.harness.scale import scale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "English, dark desktop": Look(dark=True, locale="en"),
    "English, dark, narrowest": Look(width=320, height=640, dark=True, locale="en", touch=True),
}
PAGES = {
    "home": "/",
    "search": "/search/?q=山海",
    "nothing found": "/search/?q=nothing",
    "shelf": "/c/games/",
    "product": "/p/shanhai/",
    "sold out": "/p/gone/",
    "checkout": "/checkout/?sku={sku}&quantity=2",
    "sign in": "/account/login/",
    "sign up": "/account/signup/",
    "forgotten password": "/account/password/reset/",
    "not found": "/nowhere/",
}
#: Every page once, in a look that is narrow or dark; all in all looks in the drills.
FEW = [(page, look) for page, look in zip(PAGES, [*LOOKS] * len(PAGES), strict=False)]


def goods() -> dict[str, int]:
    """Three shelves; a product with three face values, and one that is sold out."""
    gateway_account()
    games = category("游戏点卡", slug="games", glyph="戏")
    page = listing("山海纪 灵石兑换码", slug="shanhai", brand="山海纪", glyph="山", region="国服", category=games)
    made = sku(units=20, of=page, value="648", unit="灵石", price=6280, list_price=6800)
    for value in ("60", "3280"):
        sku(units=20, of=page, value=value, unit="灵石")
    for n, name in enumerate(("话费流量", "影音会员", "软件激活码", "电子礼品卡")):
        sku(units=3, of=listing(f"{name} {n}", category=category(name, slug=f"shelf-{n}", face="topup")))
    sku(units=0, of=listing("卖完了", slug="gone", category=games))
    return {"sku": made.pk}


@pytest.mark.drill
@pytest.mark.parametrize(("name", "look"), scale(FEW, list(product(PAGES, LOOKS))))
def test_everybody_can_use_it(site: Site, visit: Visit, name: str, look: str) -> None:
    page = visit(LOOKS[look], strict=name != "not found")
    page.goto(PAGES[name].format(**goods()))
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1


def test_faces_are_drawn_from_one_image(site: Site, visit: Visit) -> None:
    goods()
    page = visit(PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert len(asked) <= 15, asked
    assert sum("/face/" in url for url in asked) == 2
    face = page.locator(".km-pcard .km-face").last
    face.scroll_into_view_if_needed()
    drawn = face.locator("use").evaluate("use => use.getBBox().width * use.getBBox().height")
    assert drawn > 1000
