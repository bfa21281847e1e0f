"""Against I15 and I16: the log of what was shown, and what was sealed."""

from fulfillment.delivery.models import Reveal
from kameng.audit.models import Entry
from kameng.audit.record import Actor, record
from kameng.lib import crypto, ids
from shop.inventory.models import Secret
from tests.proof.busy import NOW, Shop
from tests.proof.plants.register import plant

EVE = Actor("user:0", "support")


@plant("I15")
def the_reason_of_an_entry_was_changed(_shop: Shop) -> None:
    Entry.objects.filter(sequence=1).update(reason="he asked for it")


@plant("I15")
def an_entry_was_taken_out_of_the_log(_shop: Shop) -> None:
    gone = record(act="export", subject="orders", actor=EVE, now=NOW)
    record(act="export", subject="orders", actor=EVE, now=NOW)
    Entry.objects.filter(pk=gone.pk).delete()


@plant("I15")
def an_entry_was_taken_out_and_the_rest_counted_anew(_shop: Shop) -> None:
    gone = record(act="export", subject="orders", actor=EVE, now=NOW)
    last = record(act="export", subject="orders", actor=EVE, now=NOW)
    Entry.objects.filter(pk=gone.pk).delete()
    Entry.objects.filter(pk=last.pk).update(sequence=gone.sequence)


@plant("I15")
def a_reveal_is_not_known_any_more(_shop: Shop) -> None:
    Reveal.objects.order_by("pk")[0].delete()


@plant("I15")
def a_reveal_has_the_entry_of_something_else(_shop: Shop) -> None:
    last = Reveal.objects.order_by("-pk")[0]
    Reveal.objects.filter(pk=last.pk).update(entry=record(act="reveal", subject="unit:0", actor=EVE, now=NOW))
    record(act="export", subject="orders", actor=EVE, now=NOW)


@plant("I16")
def a_sealed_secret_was_changed(_shop: Shop) -> None:
    first, second = Secret.objects.order_by("pk")[:2]
    Secret.objects.filter(pk=first.pk).update(sealed=second.sealed)


@plant("I16")
def a_secret_lies_at_another_place(_shop: Shop) -> None:
    Secret.objects.filter(pk=Secret.objects.order_by("pk")[0].pk).update(ref=ids.reference())


@plant("I16")
def the_key_of_a_secret_is_gone(_shop: Shop) -> None:
    Secret.objects.filter(pk=Secret.objects.order_by("pk")[0].pk).update(sealed="lost:AAAA")


@plant("I16")
def a_fingerprint_is_of_something_else(_shop: Shop) -> None:
    Secret.objects.filter(pk=Secret.objects.order_by("pk")[0].pk).update(fingerprint="0" * 64)


@plant("I16")
def one_secret_is_sold_twice(_shop: Shop) -> None:
    old = Secret.objects.order_by("pk")[0]
    copy = Secret(merchant=old.merchant, ref=ids.reference(), fingerprint=old.fingerprint)
    copy.sealed = crypto.ring().seal(crypto.ring().open(old.sealed, old.place), copy.place)
    copy.save()
