"""How often anybody may do what costs work or lets one guess: every limit of the house, in one table.

Counted by the client's network (`lib.client`: as our own proxies saw it), if not told otherwise. What unpaid orders may hold
is another matter (`shop/orders/limits.py`), and so is a flood of notices (`lib/flood.py`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """`most` tries in any `within`, by each of whom the name counts.

    `shared` ones are counted for all processes together: a guess too many is one too many. The others are counted by each
    process alone, in turns of the clock: counting what only costs work must not be work itself.
    """

    name: str
    most: int
    within: dt.timedelta = MINUTE
    shared: bool = False

    def by(self, whose: str) -> str:
        """As allauth writes it."""
        return f"{self.most}/{int(self.within.total_seconds())}s/{whose}"


#: The link of an order, by mail: looked up, or sent again from its page. The second one is counted by the order's number.
LINK_FROM = Rate("link-from", 10, 10 * MINUTE, shared=True)
LINK_OF = Rate("link-of", 5, HOUR, shared=True)
#: One's password, before something that cannot be taken back; counted by the person.
STEP_UP = Rate("step-up", 5, 15 * MINUTE, shared=True)

#: Calls of a merchant's program, counted by its key; and keys that do not fit.
API_CALLS = Rate("api-calls", 120)
API_REFUSED = Rate("api-refused", 30, shared=True)

#: Those that allauth counts last equally long: it does not say which of them it was.
ALLAUTH_SECONDS = 300
LOGIN = Rate("login", 100, 5 * MINUTE, shared=True)
LOGIN_FAILED = Rate("login-failed", 50, 5 * MINUTE, shared=True)
#: By account, as one network tries it: whoever guesses locks nobody else out.
LOGIN_FAILED_OF = Rate("login-failed-of", 10, 5 * MINUTE, shared=True)
SIGN_UP = Rate("sign-up", 30, 5 * MINUTE, shared=True)
#: A code by mail: to sign in with, or for a new password. The second one is counted by the address it goes to.
CODE_FROM = Rate("code-from", 30, 5 * MINUTE, shared=True)
CODE_TO = Rate("code-to", 5, 5 * MINUTE, shared=True)

ALLAUTH: Mapping[str, str] = {
    "login": LOGIN.by("ip"),
    "login_failed": f"{LOGIN_FAILED.by('ip')},{LOGIN_FAILED_OF.by('key')}",
    # Counted by us, below: allauth answers some of them with a form that says so, and 200.
    "signup": "",
    "reset_password": CODE_TO.by("key"),
    "request_login_code": CODE_TO.by("key"),
}

#: No limits: beyond these somebody of the platform is told (`notices/watch.py`). The second one is counted by the person.
FAILED_SIGN_INS = Rate("failed-sign-ins", 50, 10 * MINUTE)
OPENED_BY = Rate("opened-by", 20, HOUR, shared=True)

SHELF = Rate("shelf", 240)
EXPORT = Rate("export", 20)
ORDER = Rate("order", 60)
RECIPIENT = Rate("recipient", 120)
CART = Rate("cart", 120)
PAY = Rate("pay", 60)
REVEAL = Rate("reveal", 60)

#: Pages by the names of their addresses: each time they are asked for …
READ: Mapping[str, Rate] = {"search": SHELF, "category": SHELF, "merchant": SHELF, "wallet_export": EXPORT}
#: … and each time their form is sent.
SENT: Mapping[str, Rate] = {
    "checkout": ORDER,
    "checkout_recipient": RECIPIENT,
    "cart": CART,
    "cart_add": CART,
    "pay_start": PAY,
    "pay_extend": PAY,
    "pay_check": PAY,
    "account_signup": SIGN_UP,
    "account_reset_password": CODE_FROM,
    "account_request_login_code": CODE_FROM,
    "reveal": REVEAL,
    "download": REVEAL,
}
