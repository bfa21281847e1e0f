"""Secrets that a merchant's program brings in: a call that it named is done once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from kameng.accounts.models import User
from kameng.lib import failpoints
from shop.catalog.models import Sku
from shop.inventory import parse
from shop.inventory.intake import prepare, take_in_all
from shop.inventory.models import Batch
from shop.merchants.calls import Call, note_call


@dataclass(frozen=True, slots=True)
class Program:
    """In whose name a program acts, what its key is called, and the call it makes, if that has a name."""

    user: User
    key_name: str
    call: Call | None = None


@sensitive_variables()
def import_once(*, sku: Sku, secrets: Sequence[str], program: Program, now: dt.datetime) -> dict[str, Any]:
    """Take secrets in as `import_batch` does, white space around them dropped, and keep the answer with the call.

    The answer counts them, and says of malformed ones their place in the list (from 1) and what is wrong, never their text.
    Raises TooMuch, Busy, and Again where the call was done meanwhile: then nothing was stored.
    """
    lines = [parse.trimmed(secret) for secret in secrets]
    source = _("API key %(name)s") % {"name": program.key_name}
    ready = prepare(Batch(sku=sku, created_at=now, created_by=program.user, source=source[:120]), lines)
    problems = [{"number": bad.line, "why": str(bad.problem.value)} for bad in parse.sort(lines).bad]
    with failpoints.commit("intake"):
        take_in_all(ready, now)
        batch = ready.batch
        counts = {"new": batch.new, "duplicate": batch.repeated + batch.known, "malformed": batch.malformed}
        answer = {"batch": batch.pk, "received": len(lines), **counts, "problems": problems}
        note_call(program.call, answer, now)
    return answer
