"""Reading the mail that the demo wrote to files instead of sending it."""

import datetime as dt
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

# What Django's file backend writes between the messages of one file.
_BETWEEN = b"-" * 79 + b"\n"
NEWEST = 50


@dataclass(frozen=True)
class Letter:
    """One message: `key` names it in addresses."""

    key: str
    message: EmailMessage

    @property
    def at(self) -> dt.datetime | None:
        """When it was written."""
        told = self.message["Date"].datetime if self.message["Date"] else None
        # "-0000" stands for the world's time in mail, and Python reads it as no zone at all.
        return told.replace(tzinfo=told.tzinfo or dt.UTC) if told else None

    def part(self, kind: str) -> str:
        """The text of `plain` or `html`; empty when the message has none."""
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body else ""

    @property
    def plain(self) -> str:
        return self.part("plain")


def letters() -> list[Letter]:
    """The newest messages first, at most 50."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda f: f.stat().st_mtime, reverse=True) if folder.is_dir() else []
    found: list[Letter] = []
    for file in files[:NEWEST]:
        parts = [part for part in file.read_bytes().split(_BETWEEN) if part.strip()]
        for i, raw in reversed(list(enumerate(parts))):
            message = message_from_bytes(raw, policy=policy.default)
            if isinstance(message, EmailMessage):
                found.append(Letter(f"{file.stem}-{i}", message))
    return found[:NEWEST]


def letter(key: str) -> Letter | None:
    """The message of this key, among the newest."""
    return next((found for found in letters() if found.key == key), None)
