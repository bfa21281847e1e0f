"""Log lines that stay one line, whatever a visitor typed (ASVS 16.4.1)."""

import logging

_ESCAPES = {ord(c): repr(c)[1:-1] for c in map(chr, [*range(32), 127, 0x85, 0x2028, 0x2029]) if c not in "\t"}


class OneLine(logging.Formatter):
    """Escapes control characters in the message; tracebacks keep their lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_ESCAPES)
        return super().formatMessage(record)
