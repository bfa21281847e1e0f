"""Delivering by hand for a merchant's own programs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.delivery.by_program import deliver_once
from fulfillment.delivery.forms import LONGEST_NOTE
from fulfillment.delivery.manual import Goods, NotYours, WrongGoods
from fulfillment.delivery.models import Fulfillment
from kameng.lib import clock, text
from kameng.lib.api.errors import Conflict, Wrong, words
from kameng.lib.transitions import IllegalTransition, Overtaken
from shop.inventory import parse
from shop.inventory.intake import Busy
from shop.inventory.typed import BadSecrets, seal_typed
from shop.merchants.api import MerchantView, fields_of, named_call, once, texts_of
from shop.merchants.calls import Call
from shop.merchants.models import Scope
from shop.orders.models import OrderLine

MOST_SECRETS = 1_000
CODES = {
    NotYours: "not_waiting",
    WrongGoods: "wrong_goods",
    BadSecrets: "bad_secrets",
    Busy: "busy",
    Overtaken: "overtaken",
    IllegalTransition: "not_waiting",
}


class Deliver(MerchantView):
    """POST: hand in secrets, or so many units as done, for a line that waits to be delivered by hand."""

    scopes = {"POST": Scope.ORDERS_WRITE}

    @sensitive_variables()
    def post(self, request: Request, pk: int) -> Response:
        lines = OrderLine.objects.filter(merchant=self.merchant, paid_at__isnull=False).select_related("merchant")
        line = lines.filter(pk=pk).first()
        if line is None:
            raise Http404
        told = fields_of(request.data, "secrets", "done", "note")
        if ("secrets" in told) == ("done" in told):
            raise Wrong(_("Please send either secrets or done."), "secrets")
        note = _note(told)
        secrets = texts_of(told, "secrets", MOST_SECRETS) if "secrets" in told else []
        done = 0 if secrets else _done(told["done"])
        call = named_call(self, ["deliver", line.pk, secrets, done, note])
        return once(call, lambda: self._deliver(line, secrets, Goods(done=done, note=note), call), CODES)

    @sensitive_variables()
    def _deliver(self, line: OrderLine, secrets: list[str], goods: Goods, call: Call | None) -> Any:
        row = Fulfillment.objects.filter(line=line).values_list("pk", flat=True).first()
        if row is None:
            raise Conflict(_("This line is not checked yet, or is not delivered by hand."), "not_waiting")
        if secrets:
            typed = seal_typed(secrets=[parse.trimmed(secret) for secret in secrets], merchant=line.merchant)
            goods = Goods(typed, note=goods.note)
        return deliver_once(fulfillment_id=row, user=self.user, goods=goods, call=call, now=clock.now())


def _done(value: Any) -> int:
    # True is a number to Python, and no count to anybody.
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 2**31:
        raise Wrong(_("Please send how many units are done, as a whole number from 1."), "done")
    return value


def _note(told: dict[str, Any]) -> str:
    note = told.get("note", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise Wrong(_("A note is a text of at most %(most)d characters.") % {"most": LONGEST_NOTE}, "note")
    try:
        return text.clean_prose(note, lines=True)
    except ValidationError as error:
        raise Wrong(words(error), "note") from error
