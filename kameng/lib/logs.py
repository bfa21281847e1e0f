"""Log lines that stay one line, whatever a visitor typed (ASVS 16.4.1), and that open nothing to who reads them (16.2.5)."""

import logging
import re
from typing import Any

_ESCAPES = {ord(c): repr(c)[1:-1] for c in map(chr, [*range(32), 127, 0x85, 0x2028, 0x2029]) if c not in "\t"}

#: Before each line that belongs to the entry above it: what an exception says may have lines of a visitor's making.
MARK = "  | "

#: Addresses whose last part entitles anybody who knows it: a guest's order, a new password, a confirmed address, the end of
#: some mails. Written in a query, as where to go next, their slashes are escaped.
_SLASH = r"(?:/|%2F)"
_SECRET_PATH = re.compile(
    rf"({_SLASH}(?:o{_SLASH}k|password{_SLASH}reset{_SLASH}key|confirm-email|messages{_SLASH}stop){_SLASH})[\w.~:%-]+?(?={_SLASH}|[^\w.~:%-]|$)",
    re.IGNORECASE,
)
#: A key of the API, which somebody may have put into an address by mistake.
_API_KEY = re.compile(r"(\bkm_[0-9a-f]{12}_)[\w-]+")


def without_secrets(text: str) -> str:
    """The text with the secret part of every such address and key left out."""
    return _API_KEY.sub(r"\1…", _SECRET_PATH.sub(r"\1…", text))


def hide_secrets() -> None:
    """From here on no record of this process holds such a part, whoever makes it and whichever handler writes it.

    Django logs the path of every request that fails, and a server's access log that of every request.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "hides_secrets", False):
        return

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = make(*args, **kwargs)
        _hide(made)
        return made

    record.hides_secrets = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)


def _hide(record: logging.LogRecord) -> None:
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # What does not fit together is reported by the handler.
        return
    told = without_secrets(said)
    if told != said:
        record.msg, record.args = told, ()
    if record.exc_info and record.exc_info[0]:
        # Formatters take what is there instead of writing it themselves.
        record.exc_text = without_secrets(logging.Formatter().formatException(record.exc_info))


class OneLine(logging.Formatter):
    """Escapes control characters in the message; lines of a traceback are marked, so that none looks like an entry."""

    def format(self, record: logging.LogRecord) -> str:
        first, *rest = super().format(record).split("\n")
        return "\n".join([first, *(MARK + line.translate(_ESCAPES) for line in rest)])

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_ESCAPES)
        return super().formatMessage(record)
