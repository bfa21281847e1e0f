"""Settings of tests: those of the shop, with the environment of `environment.py` and three differences."""

from tests.harness import environment

environment.prepare()

from kameng.settings import *  # noqa: E402, F403
from kameng.settings import DATABASES, STORAGES, VAR  # noqa: E402

# 1. Hashing that is slow on purpose would be most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# 2. SQLite in a file, as in production: in memory, connections would share one transaction and no lock would be real.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}

# 3. Static files straight from their sources: there is no collected manifest.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
