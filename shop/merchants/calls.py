"""Calls that a merchant's program named: done once, and answered the same however often they come."""

import datetime as dt
import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.lib import crypto
from kameng.lib.transitions import Refused
from shop.merchants.models import ApiCall, Merchant


class OtherCall(Refused):
    """The name stands for another call already."""


class Again(Refused):
    """The same call was done a moment ago; nothing was done now."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call by its name, and a keyed hash of what it asks."""

    merchant: Merchant
    name: str
    digest: str


@sensitive_variables()
def call_of(merchant: Merchant, name: str, asked: Any) -> Call:
    """The call that asks this (anything that JSON can hold) under this name."""
    body = json.dumps(asked, sort_keys=True).encode()
    return Call(merchant, name, crypto.fingerprint(body, owner=f"api-call:{merchant.pk}"))


def answered(call: Call) -> Any:
    """What this call was answered, None when it was not done yet; raises OtherCall."""
    found = ApiCall.objects.filter(merchant=call.merchant, name=call.name).first()
    if found is None:
        return None
    if not hmac.compare_digest(found.digest, call.digest):
        raise OtherCall(_("This Idempotency-Key was used for another call. Nothing was done."))
    return json.loads(found.answer)


def note_call(call: Call | None, answer: Any, now: dt.datetime) -> None:
    """Keep the answer, in the transaction of what was done; raises Again, which undoes it, when it was done meanwhile."""
    if call is None:
        return
    told = {"merchant": call.merchant, "name": call.name, "digest": call.digest}
    try:
        ApiCall.objects.create(**told, answer=json.dumps(answer), at=now)
    except IntegrityError as error:
        raise Again(_("This call was made twice at once. Please look again.")) from error
