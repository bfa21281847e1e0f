"""Reading the mail that the demo wrote to files instead of sending it."""

import datetime as dt
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

# What Django's file backend writes between the messages of one file.
_BETWEEN = b"-" * 79 + b"\n"
NEWEST = 50
# An address of ours is plain ASCII and ends in none of these: what stands beside it, of whatever width, is the sentence's.
_ADDRESS = re.compile(r"(https?://[!#-;=?-~]*[\w/=&#~+-])", re.ASCII)


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
    def pieces(self) -> list[tuple[str, bool]]:
        """The plain text cut at its addresses; True for a piece that is one."""
        found = enumerate(_ADDRESS.split(self.part("plain")))
        return [(text, bool(i % 2)) for i, text in found if text]


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
