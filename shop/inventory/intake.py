"""Taking card keys into stock: looked at first, then sealed and stored in one transaction, all or nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.lib import crypto, failpoints, ids
from kameng.lib.crypto import Place
from kameng.lib.inserts import insert_from
from kameng.lib.locks import StillHeld, serialize
from kameng.lib.transitions import Refused
from kameng.notices.alarms import raise_alarm
from shop.catalog.models import Sku
from shop.inventory import described, parse
from shop.inventory.models import Batch, Movement, Secret, StockUnit, UnitStatus
from shop.merchants.models import Merchant

MOST_UNITS = 100_000
CHUNK = 5000
LOOKUP = 500
#: Units are sold batch by batch; within one, a number of 32 bits says whose turn it is.
POSITIONS_A_BATCH = 32

Item = TypeVar("Item")
#: By fingerprint: merchants who have the secret in stock, by key and name.
Holders = dict[str, dict[int, str]]


class TooMuch(Refused):
    """More units than one import makes."""


class Busy(Refused):
    """Somebody else is changing the same stock."""


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What an import would do: `secrets` are those it would take in, in plain text; never logged, never stored.

    `lines` says of every secret of the text where it stood first, `said` how it is described in public.
    `skipped` names every line that it would leave out, `unlike` those it would take and which look wrong; both in their order.
    """

    secrets: list[str]
    repeated: int
    known: int
    bad: list[parse.Bad]
    skipped: list[parse.Bad]
    unlike: list[parse.Bad]
    lines: dict[str, int]
    said: dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A secret ready to be stored, of which nothing can be read; and what is said of it in public."""

    ref: str
    sealed: str
    fingerprint: str
    description: str = ""

    def row(self, merchant: Merchant) -> Secret:
        return Secret(merchant=merchant, ref=self.ref, sealed=self.sealed, fingerprint=self.fingerprint)


@sensitive_variables()
def preview(*, sku: Sku, candidates: Sequence[str]) -> Preview:
    """Sort lines (see `parse.lines`) into new, repeated, already in the shop and malformed; changes nothing."""
    found = described.sort(sku, candidates)
    marks = {fingerprint(secret): secret for secret in found.secrets}
    holders, own = holders_of(marks), sku.listing.merchant_id
    fresh = [secret for mark, secret in marks.items() if own not in holders.get(mark, {})]
    taken = {found.secrets[secret] for secret in fresh}
    known = [parse.Bad(line, parse.Problem.KNOWN) for line in found.secrets.values() if line not in taken]
    skipped = sorted((*found.bad, *found.again, *known), key=lambda bad: bad.line)
    unlike = [bad for bad in parse.unlike(found.secrets) if bad.line in taken]
    return Preview(fresh, len(found.again), len(known), found.bad, skipped, unlike, found.secrets, found.said)


@sensitive_variables()
def import_batch(*, sku: Sku, secrets: Sequence[str], source: str, user: User | None, now: dt.datetime) -> Batch:
    """Store each new secret sealed, with as many AVAILABLE units as the SKU allows uses; the Batch counts the rest.

    Repeated and malformed lines, and what the shop has already, are counted and left out. All or nothing. A secret that
    another merchant has in stock too raises an alarm of the platform. Where buyers choose units, lines are as
    `described.joined` makes them. Raises TooMuch and Busy.
    """
    ready = prepare(Batch(sku=sku, created_at=now, created_by=user, source=source[:120]), secrets)
    with failpoints.commit("intake"):
        take_in_all(ready, now)
    return ready.batch


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch that is to be stored, and its secrets, of which nothing can be read."""

    batch: Batch
    drafts: Sequence[Draft]


@sensitive_variables()
def prepare(batch: Batch, secrets: Sequence[str]) -> Ready:
    """Sort and seal what shall come in with a new batch, before any lock is held; raises TooMuch."""
    found = described.sort(batch.sku, secrets)
    if len(found.secrets) * batch.sku.uses > MOST_UNITS:
        raise TooMuch(_("This would make more than 100,000 units at once. Please divide it."))
    batch.repeated, batch.malformed = len(found.again), len(found.bad)
    merchant = batch.sku.listing.merchant
    return Ready(batch, [sealed(secret, merchant, found.said.get(secret, "")) for secret in found.secrets])


def take_in_all(ready: Ready, now: dt.datetime) -> None:
    """Store the batch with what of it is new to the shop. Inner step; raises Busy."""
    batch, drafts = ready.batch, ready.drafts
    merchant = batch.sku.listing.merchant
    allow_time()
    # Two imports of one text would otherwise wait for, and then fail on, each other's rows.
    alone(f"intake:{merchant.pk}", _("Another import of this shop is being stored. Please confirm again in a moment."))
    holders = holders_of(draft.fingerprint for draft in drafts)
    fresh = [draft for draft in drafts if merchant.pk not in holders.get(draft.fingerprint, {})]
    batch.new, batch.known = len(fresh), len(drafts) - len(fresh)
    batch.save(force_insert=True)
    store(fresh, batch=batch, holders=holders, now=now)


@sensitive_variables()
def fingerprint(secret: str) -> str:
    """The same for equal secrets of all merchants: one that two of them sell must be noticed."""
    return crypto.fingerprint(secret.encode(), owner="platform")


@sensitive_variables()
def sealed(secret: str, merchant: Merchant, description: str = "") -> Draft:
    """The secret as it is stored for this merchant; slow, so done before any lock is held."""
    ref = ids.reference()
    place = Place("inventory_secret", merchant.owner, ref)
    return Draft(ref, crypto.ring().seal(secret.encode(), place), fingerprint(secret), description)


def alone(name: str, refusal: str) -> None:
    """Hold the name until the transaction ends; raises Busy, saying `refusal`, when somebody else holds it for long."""
    try:
        serialize([name])
    except StillHeld as error:
        raise Busy(refusal) from error


def allow_time() -> None:
    """Storing a large import may take longer than a request's statements are given; its commit checks every reference."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '120s'")


def holders_of(marks: Iterable[str]) -> Holders:
    """For each mark that is in stock anywhere: the merchants who have it, by key and name."""
    rows = Secret.objects.filter(withdrawn_at=None).values_list("fingerprint", "merchant", "merchant__name")
    found: Holders = {}
    for part in chunks(marks, LOOKUP):
        for mark, key, name in rows.filter(fingerprint__in=part):
            found.setdefault(mark, {})[key] = name
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """Which of a batch's secrets are stored at once: from the `first` of `of`."""

    first: int
    of: int


def store(drafts: Sequence[Draft], *, batch: Batch, holders: Holders, now: dt.datetime, share: Share | None = None) -> None:
    """Write secrets and AVAILABLE units of a saved batch; tells the platform of `holders` elsewhere. Inner step of `alone`.

    Where the batch comes in parts, `share` says which one this is.
    """
    share = share or Share(0, len(drafts))
    _tell_of_others(batch, [holders[draft.fingerprint] for draft in drafts if draft.fingerprint in holders], now)
    merchant = batch.sku.listing.merchant
    actor = batch.created_by.holder if batch.created_by else "import"
    event = {"from_status": "", "to_status": UnitStatus.AVAILABLE, "at": now, "actor": actor, "reason": "import"}
    unit = {"sku_id": batch.sku_id, "batch_id": batch.pk, "status": UnitStatus.AVAILABLE, "holder": "", "description": ""}
    before = (batch.pk << POSITIONS_A_BATCH) + share.first
    for part in chunks(drafts, CHUNK):
        rows = Secret.objects.bulk_create([draft.row(merchant) for draft in part])
        # Nobody else stores secrets of this merchant meanwhile, so the range holds these alone.
        ours = (min(row.pk for row in rows), max(row.pk for row in rows))
        secrets = Secret.objects.filter(merchant=merchant, pk__range=ours)
        for turn in range(batch.sku.uses):
            # Every secret is used once before any is used twice.
            position = Window(RowNumber(), order_by="pk") + before + turn * share.of
            insert_from(secrets, StockUnit, secret_id=F("pk"), position=position, **unit)
        _describe({row.pk: draft.description for row, draft in zip(rows, part, strict=True) if draft.description})
        units = StockUnit.objects.filter(batch=batch, secret_id__gte=ours[0], secret_id__lte=ours[1])
        insert_from(units, Movement, unit_id=F("pk"), **event)
        before += len(rows)


def _describe(said: dict[int, str]) -> None:
    """Write the public descriptions, by secret, to the units that were just stored."""
    for part in chunks(said, LOOKUP):
        units = list(StockUnit.objects.filter(secret__in=part).only("secret_id"))
        for unit in units:
            unit.description = said[unit.secret_id]
        StockUnit.objects.bulk_update(units, ["description"])


def _tell_of_others(batch: Batch, holders: list[dict[int, str]], now: dt.datetime) -> None:
    """Secrets that are new here and in stock at others: the platform must see it, and nobody else."""
    if not holders:
        return
    said = ngettext(
        "%(count)d secret of this import is in stock at another merchant too: %(names)s.",
        "%(count)d secrets of this import are in stock at other merchants too: %(names)s.",
        len(holders),
    )
    names = ", ".join(sorted({name for each in holders for name in each.values()}))
    raise_alarm(
        key=f"batch:{batch.pk}:elsewhere",
        kind="secret-elsewhere",
        subject=f"batch:{batch.pk}",
        text=said % {"count": len(holders), "names": names},
        now=now,
    )


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
