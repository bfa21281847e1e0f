"""Uploaded files stay in memory: what a merchant imports are secrets, and a temporary file would hold them in the open."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

LARGEST = 10 * 1024 * 1024
REST_OF_FORM = 64 * 1024
TOO_LARGE = "kameng.too_large"


def too_large(request: HttpRequest) -> bool:
    """Whether files of this request were left out because it is too large."""
    return bool(request.META.get(TOO_LARGE))


class InMemory(MemoryFileUploadHandler):
    """Files of requests up to a little more than 10 MiB; those of a larger one are skipped, and `too_large` says so."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        assert self.request is not None
        length = int(self.request.META.get("CONTENT_LENGTH") or 0)
        self.activated = length <= LARGEST + REST_OF_FORM
        self.request.META[TOO_LARGE] = not self.activated

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.activated:
            raise SkipFile
        super().new_file(*args, **kwargs)
