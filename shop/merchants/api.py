"""How a merchant's program comes in: by a key, so often and no more, and only to what the key was made for."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotFound, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kameng.accounts.models import User
from kameng.lib import client, clock, rates
from kameng.lib.api.errors import Conflict, NotForThisKey, Wrong, refusal
from kameng.lib.limits import API_CALLS, API_REFUSED, Rate
from kameng.lib.transitions import Refused
from shop.merchants.calls import Again, Call, OtherCall, answered, call_of
from shop.merchants.keys import note_use, opened_by
from shop.merchants.models import ApiKey, Merchant, Scope

BEARER = "bearer"
#: How long a name of a call may be, and of what.
_NAME = re.compile(r"[\x21-\x7e]{1,100}")


class ByKey(BaseAuthentication):
    """`Authorization: Bearer km_…`: the person in whose name the key acts, and the key. One answer to all that do not fit."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="kameng"'

    @sensitive_variables()
    def authenticate(self, request: Request) -> tuple[User, ApiKey]:
        kind, _sep, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        now = clock.now()
        key = opened_by(token.strip(), now) if kind.lower() == BEARER else None
        if key is None or key.created_by is None:
            _take(API_REFUSED, client.network(client.address(cast(HttpRequest, request))), now)
            raise AuthenticationFailed
        _take(API_CALLS, key.prefix, now)
        note_use(key, now)
        return key.created_by, key


def _take(rate: Rate, who: str, now: dt.datetime) -> None:
    wait = rates.take(rate, who, now)
    if wait:
        raise Throttled(wait)


class InScope(BasePermission):
    """The key was made for what this view does with this method."""

    def has_permission(self, request: Request, view: "MerchantView") -> bool:
        scope = view.scopes.get(request.method)
        # A method that is none here is answered by the view.
        if scope is None or scope in request.auth.scopes:
            return True
        raise NotForThisKey(_("This key was not made for this: it needs %(scope)s.") % {"scope": scope.value})


class MerchantView(APIView):
    """An address of the API for one merchant. `scopes` says by method what a key must be made for."""

    authentication_classes = [ByKey]
    permission_classes = [InScope]
    http_method_names = ["get", "head", "post"]
    scopes: dict[str, Scope] = {}

    @property
    def key(self) -> ApiKey:
        key: ApiKey = self.request.auth
        return key

    @property
    def merchant(self) -> Merchant:
        merchant: Merchant = self.key.merchant
        return merchant

    @property
    def user(self) -> User:
        """In whose name the program acts."""
        user: User = self.request.user
        return user

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class Nowhere(MerchantView):
    """Every other address: as for a row that is not the merchant's."""

    scopes = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


@sensitive_variables()
def fields_of(body: Any, *known: str) -> dict[str, Any]:
    """The body as an object with some of these fields; raises Wrong."""
    if not isinstance(body, dict):
        raise Wrong(_("Please send a JSON object."), "")
    for name in body:
        if name not in known:
            raise Wrong(_("There is no such field; there are: %(names)s.") % {"names": ", ".join(known)}, str(name)[:40])
    return body


@sensitive_variables()
def texts_of(told: dict[str, Any], name: str, most: int) -> list[str]:
    """The field as a list of texts, so many at most and none of them empty; raises Wrong."""
    texts = told.get(name)
    if not isinstance(texts, list) or not 1 <= len(texts) <= most:
        raise Wrong(_("Please send a list of 1 to %(most)d texts.") % {"most": most}, name)
    for place, text in enumerate(texts, start=1):
        # A number would lose its leading zeros on the way.
        if not isinstance(text, str) or not text.strip():
            raise Wrong(_("Number %(place)d of the list is no text, or an empty one.") % {"place": place}, name)
    return texts


@sensitive_variables()
def named_call(view: MerchantView, asked: Any) -> Call | None:
    """The call under the name in `Idempotency-Key`, if there is one; raises Wrong for a name that is none."""
    name = view.request.headers.get("Idempotency-Key")
    if name is None:
        return None
    if not _NAME.fullmatch(name):
        raise Wrong(_("An Idempotency-Key has 1 to 100 visible ASCII characters."), "Idempotency-Key")
    return call_of(view.merchant, name, asked)


def once(call: Call | None, act: Callable[[], Any], codes: dict[type[Refused], str]) -> Response:
    """Do it, unless this call was done before: then its answer of that time; 409 where the verb refuses.

    What came twice at once is refused by one of the two, which then answers what the other did.
    """
    try:
        before = answered(call) if call else None
        return Response(act() if before is None else before, status=201)
    except OtherCall as error:
        raise Conflict(error.message, "idempotency_key_used") from error
    except Refused as error:
        meanwhile = answered(call) if call else None
        if meanwhile is not None:
            return Response(meanwhile, status=201)
        raise refusal(error, {Again: "busy", **codes}) from error
