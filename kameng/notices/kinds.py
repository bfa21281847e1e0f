"""What alarms are about: each kind's code with its words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlarmKind(models.TextChoices):
    """Kinds that the house raises; the column takes any code, as wings may have kinds of their own."""

    AMOUNT_DIFFERS = "amount-differs", _("Another amount came in")
    ANSWER_DIFFERS = "answer-differs", _("A gateway contradicts itself")
    BOOKS_DIFFER = "books-differ", _("The books do not add up")
    GATEWAY_UNUSABLE = "gateway-unusable", _("Gateway settings cannot be used")
    MAIL_UNSENT = "mail-unsent", _("A mail was not sent")
    MANY_OPENED = "many-opened", _("Somebody opens very many secrets")
    NOTICE_QUARANTINED = "notice-quarantined", _("A genuine notice fits no payment")
    NOTICE_REFUSED = "notice-refused", _("A notice that cannot be trusted")
    PARCEL_LATE = "parcel-late", _("A parcel has not arrived")
    REFUND_STUCK = "refund-stuck", _("A refund does not get through")
    ROW_FAILS = "row-fails", _("Background work fails")
    SECRET_ELSEWHERE = "secret-elsewhere", _("One secret at several merchants")
    SECRET_UNREADABLE = "secret-unreadable", _("A secret cannot be opened")
    SIGN_INS_FAIL = "sign-ins-fail", _("Very many sign-ins fail")
    STATEMENT_DIFFERS = "statement-differs", _("A statement differs from the books")
    STOCK_MISSING = "stock-missing", _("Paid, and not in stock")


_WORDS = dict(AlarmKind.choices)


def kind_in_words(code: str) -> str:
    """The kind in the reader's language; a code that nobody named as it is."""
    return str(_WORDS.get(code, code))
