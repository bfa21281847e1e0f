"""The environment of a test run, set before settings are read and inherited by every process that a test starts."""

import atexit
import base64
import os
import shutil
from pathlib import Path

from tests.harness import processes

PREFIX = "kameng-test-"
MARK = "KAMENG_TEST_RUN"
LOG_LEVEL = "WARNING"


def _key(name: str, filling: bytes) -> str:
    return f"{name}:" + base64.urlsafe_b64encode(filling * 32).decode()


def fixed() -> dict[str, str]:
    """Variables that are equal in every run; the keys protect nothing."""
    return {
        "ALLOWED_HOSTS": "localhost 127.0.0.1 testserver",
        "CURRENCY": "CNY",
        "DEBUG": "0",
        "HTTPS": "0",
        "KAMENG_DEMO": "0",
        "KAMENG_FAILPOINTS": "",
        "KAMENG_FINGERPRINT_KEY": _key("f1", b"f"),
        "KAMENG_SANDBOX": "1",
        "KAMENG_SECRETS_KEYS": _key("t1", b"t"),
        "LOG_LEVEL": LOG_LEVEL,
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "SITE_URL": "http://testserver",
        "TIME_ZONE": "Asia/Shanghai",
        # Each buyer of a race comes from an address of its own, through the proxy setting.
        "TRUSTED_PROXIES": "127.0.0.1",
    }


def prepare() -> None:
    """Set the variables once; a process started by a test keeps what its parent chose.

    `KAMENG_VAR` is a folder of this run alone. It goes with the run, or, when the run was killed, with the next one.
    """
    if os.environ.get(MARK):
        return
    var = processes.folder(PREFIX)
    (var / "static").mkdir()
    atexit.register(_remove, var, os.getpid())
    os.environ.update(fixed(), KAMENG_VAR=str(var), **{MARK: str(os.getpid())})


def _remove(var: Path, owner: int) -> None:
    # A forked child runs the exit handlers of its parent too.
    if os.getpid() == owner:
        shutil.rmtree(var, ignore_errors=True)
