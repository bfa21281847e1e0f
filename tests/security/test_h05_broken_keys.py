"""H05: an error about the keys shows none of them, not even on the developer's error page."""

import base64
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.views.debug import technical_500_response

from kameng.lib import crypto

GOOD = base64.urlsafe_b64encode(b"the first of the keys, whole ok.").decode()
CUT = base64.urlsafe_b64encode(b"the second one was cut").decode()


@pytest.mark.parametrize("ask", [crypto.ring, lambda: crypto.fingerprint(b"CODE", owner="platform")])
def test_a_key_that_was_cut_is_not_shown(settings: Any, ask: Any) -> None:
    settings.SECRETS_KEYS, settings.FINGERPRINT_KEY = f"k1:{GOOD},k2:{CUT}", f"f1:{CUT}"
    with pytest.raises(ImproperlyConfigured):
        ask()
    try:
        ask()
    except ImproperlyConfigured:
        page = technical_500_response(RequestFactory().get("/"), *sys.exc_info()).content.decode()
    assert "ImproperlyConfigured" in page
    assert not [key for key in (GOOD, CUT) if key in page]
