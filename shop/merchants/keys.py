"""Keys of the API: made once and shown once, found again by a keyed hash, ended by hand or by their time."""

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.accounts.roles import MerchantRole
from kameng.audit.record import Actor, record
from kameng.lib import crypto
from kameng.lib.locks import serialize
from kameng.lib.transitions import Refused
from shop.merchants.models import ApiKey, Member, Merchant, Scope

#: Keys of one merchant that are neither revoked nor expired.
MOST_KEYS = 20
LONGEST_LIFE = dt.timedelta(days=365)
#: How every key looks: nothing else is looked for.
_TOKEN = re.compile(r"km_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
HOUR = dt.timedelta(hours=1)


class CannotMake(Refused):
    """The key would hold too long, be for nothing, or be one too many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new key shall be: its name, what it may, and for how long."""

    name: str
    scopes: Sequence[str]
    life: dt.timedelta


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A new key, and what its program sends: known here and nowhere else, ever again."""

    key: ApiKey
    token: str


@sensitive_variables()
def make_key(*, merchant: Merchant, wanted: Wanted, user: User, actor: Actor, now: dt.datetime) -> Made:
    """Make a key that acts in this person's name at the merchant; leaves an audit entry. Raises CannotMake."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    scopes = [scope.value for scope in Scope if scope.value in set(wanted.scopes)]
    if not scopes or not dt.timedelta(0) < wanted.life <= LONGEST_LIFE:
        raise CannotMake(_("A key is for something, and for a year at most."))
    with transaction.atomic():
        # Who makes two at once waits here, so that both are counted.
        serialize([f"api-keys:{merchant.pk}"])
        if ApiKey.objects.filter(merchant=merchant, revoked_at=None, expires_at__gt=now).count() >= MOST_KEYS:
            raise CannotMake(_("A shop has at most %(most)d keys. Please revoke one first.") % {"most": MOST_KEYS})
        key = ApiKey.objects.create(
            merchant=merchant,
            name=wanted.name,
            prefix=prefix,
            digest=_digest(prefix, secret),
            scopes=scopes,
            created_at=now,
            created_by=user,
            expires_at=now + wanted.life,
        )
        record(act="API key made", subject=_subject(key), actor=actor, now=now, reason=" ".join(scopes))
    return Made(key, f"{key.shown_prefix}{secret}")


def revoke_key(*, key_id: int, actor: Actor, now: dt.datetime) -> bool:
    """End a key at once, with an audit entry; False when it was revoked before."""
    with transaction.atomic():
        revoked = ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now)
        if revoked:
            key = ApiKey.objects.get(pk=key_id)
            record(act="API key revoked", subject=_subject(key), actor=actor, now=now)
    return bool(revoked)


@sensitive_variables()
def opened_by(token: str, now: dt.datetime) -> ApiKey | None:
    """The live key with this token, with its merchant and its maker, who still owns the shop; one query."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    prefix, secret = found.groups()
    owns = Member.objects.filter(
        merchant=OuterRef("merchant"), user=OuterRef("created_by"), role=MerchantRole.OWNER, user__is_active=True
    )
    rows = ApiKey.objects.filter(Exists(owns), prefix=prefix)
    key = rows.select_related("merchant", "created_by").first()
    # A prefix that is unknown takes as long as a secret that is wrong.
    right = hmac.compare_digest(key.digest if key else "0" * 64, _digest(prefix, secret))
    return key if key and right and key.is_live(now) else None


def note_use(key: ApiKey, now: dt.datetime) -> None:
    """Write down that the key was used, at most once an hour."""
    if key.last_used_at is None or key.last_used_at <= now - HOUR:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


@sensitive_variables()
def _digest(prefix: str, secret: str) -> str:
    return crypto.fingerprint(secret.encode(), owner=f"api-key:{prefix}")


def _subject(key: ApiKey) -> str:
    return f"api-key:{key.prefix}"
