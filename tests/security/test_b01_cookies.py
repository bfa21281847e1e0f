"""B1: the session's cookie goes back to this host alone, over https alone, and no script reads it."""

import json
import subprocess
import sys

from tests.checks import production

SIGN_IN = """
import json
import django
django.setup()
from django.test import Client
from kameng.accounts.models import User
from allauth.account.models import EmailAddress
user = User.objects.create_user("alice@shop.example", "a long pass phrase")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
answer = Client().post("/account/login/", {"login": user.email, "password": "a long pass phrase"}, secure=True,
                       headers={"host": "shop.example"})
print(json.dumps({name: morsel.OutputString() for name, morsel in answer.cookies.items()}))
"""


def test_cookies_behind_https() -> None:
    with production.environment() as environment:
        for command in ("migrate", "createcachetable"):
            run = [sys.executable, "manage.py", command, "--verbosity=0"]
            subprocess.run(run, env=environment, check=True, capture_output=True)
        done = subprocess.run([sys.executable, "-c", SIGN_IN], env=environment, check=True, capture_output=True, text=True)
    cookies = json.loads(done.stdout.splitlines()[-1])
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for name in ("__Host-session", "__Host-csrf"):
        parts = {part.strip() for part in cookies[name].split(";")[1:]}
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= parts, name
        assert not any(part.startswith("Domain") for part in parts)
