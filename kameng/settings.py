"""Settings of every environment; what differs comes from environment variables (see README, Configuration)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kameng.accounts.allauth_settings import *  # noqa: F403
from kameng.lib import env
from kameng.lib.api.settings import REST_FRAMEWORK as REST_FRAMEWORK
from kameng.lib.static_headers import static_headers
from kameng.tasks.lanes import q_cluster

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("KAMENG_VAR", BASE_DIR / "var"))

DEMO = env.flag("KAMENG_DEMO")
DEBUG = env.flag("DEBUG")
# The sandbox gateway takes no real money: only a demo, or a test, may open it.
SANDBOX = env.flag("KAMENG_SANDBOX", default=DEMO)
SECRET_KEY = env.required("SECRET_KEY", unless=DEMO or DEBUG, otherwise=lambda: env.generated(VAR, "django.key"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]" if DEMO or DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = os.environ.get("SITE_NAME", "卡盟")

# Addresses of the proxies in front of us; only they may name the client in X-Forwarded-For.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "kameng.lib.admin_site.ThemeConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "kameng.lib.apps.StaticConfig",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "django_htmx",
    "django_cotton",
    "rest_framework",
    "kameng.lib.apps.LibConfig",
    "kameng.tasks",
    "kameng.accounts",
    "kameng.audit",
    "kameng.notices",
    "shop.merchants",
    "shop.approvals",
    "shop.catalog",
    "shop.ledger",
    "shop.inventory",
    "shop.orders",
    "shop.payments",
    "fulfillment.delivery",
    "fulfillment.proof",
]
if DEMO:
    INSTALLED_APPS.append("fulfillment.demo")

MIDDLEWARE = [
    "kameng.lib.edge.Edge",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kameng.lib.health.Health",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "csp.middleware.CSPMiddleware",
    "kameng.lib.admin_policy.AdminPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kameng.lib.bodies.Bodies",
    "kameng.lib.pacing.Pacing",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kameng.accounts.door.StaffDoor",
    "django_htmx.middleware.HtmxMiddleware",
    "kameng.lib.busy.Busy",
]

ROOT_URLCONF = "kameng.urls"
WSGI_APPLICATION = "kameng.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "shop.storefront.context.shop",
            ],
        },
    },
]

DATABASES = {"default": env.database(os.environ.get("DATABASE_URL", ""), VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

CACHES = {
    # The database is the one cache that every process of every host shares without another server.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Limits of sign-ins are kept there: where the table is full, rows that still count would be thrown away.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # What only this process counts (see lib/limits.py): how often each network asked for what costs work.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    # django-q2 writes statistics twice a second; nobody reads them.
    "q": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

Q_CLUSTER = q_cluster()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "shop.merchants.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Staff of these addresses need no second factor; `check --deploy` sees to it that only a demo has any.
SECOND_FACTOR_EXEMPT: list[str] = []
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kameng" / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True
CURRENCY = os.environ.get("CURRENCY", "CNY")

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# What browsers and crawlers ask for at the root, whatever the pages say.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
if EMAIL_USE_SSL and EMAIL_USE_TLS:
    raise ImproperlyConfigured("Set EMAIL_USE_SSL (port 465) or EMAIL_USE_TLS (STARTTLS), not both.")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR / "mail"
SUPPORT_EMAIL = os.environ.get("SUPPORT_EMAIL", "support@example.com" if DEMO else "")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "kameng <no-reply@localhost>")
if DEMO:
    _STAFF = ("qinghe", "yinhe", "zhixia", "zhengban", "tongda", "catalogue", "operator", "support")
    SECOND_FACTOR_EXEMPT = [f"{name}@example.com" for name in _STAFF]
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    # A link in a mail opens nothing in another database.
    EMAIL_FILE_PATH = VAR / "mail" / env.label(DATABASES["default"])

# Keys for secrets live outside the database and are not SECRET_KEY: "id:base64,id:base64", the first one seals.
SECRETS_KEYS = env.required("KAMENG_SECRETS_KEYS", unless=DEMO or DEBUG, otherwise=lambda: env.generated(VAR, "secrets.key"))
FINGERPRINT_KEY = env.required(
    "KAMENG_FINGERPRINT_KEY", unless=DEMO or DEBUG, otherwise=lambda: env.generated(VAR, "fingerprint.key")
)

SECURE_CONTENT_TYPE_NOSNIFF = True
# Never told to another site. With no-referrer browsers would send "Origin: null" with every form, which Django refuses;
# pages that must say no-referrer (an order's) allow their own forms by a meta element in base.html.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.flag("HTTPS", default=not (DEMO or DEBUG))
if HTTPS:
    SECURE_SSL_REDIRECT = True
    # Probers of one process speak plain HTTP to it.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000)
    # They bind other hosts of the domain, and for years: only who owns all of them can say so.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS")
    SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD")
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kameng.lib.logs.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"level": "INFO"},
        "httpx": {"level": "WARNING"},
        "django-q": {"level": "WARNING"},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "kameng.lib.errors.AlwaysSafe"

# So many minor units may one person pay back by hand; above it a second one approves.
REFUND_ALONE_UP_TO = env.number("REFUND_ALONE_UP_TO", 100_000)
# A gateway or a test double may be slow; nobody waits for it longer than this (seconds).
HTTP_TIMEOUT = 10.0
FAILPOINTS = os.environ.get("KAMENG_FAILPOINTS", "")
# An import of 10 MiB comes back once more to be confirmed, with the rest of its form around it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["kameng.lib.uploads.InMemory"]

UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_ICON": "fulfillment.desk.navigation.seal",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "fulfillment.desk.navigation.seal"}],
    "STYLES": ["fulfillment.desk.navigation.style"],
    "SCRIPTS": ["fulfillment.desk.navigation.script"],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    # The shop's jade (static/src/theme.css) in steps.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 166)",
            "100": "oklch(94.5% .025 166)",
            "200": "oklch(89% .05 166)",
            "300": "oklch(82% .08 166)",
            "400": "oklch(76% .112 166)",
            "500": "oklch(60% .11 166)",
            "600": "oklch(45% .094 166)",
            "700": "oklch(40% .085 166)",
            "800": "oklch(34% .07 166)",
            "900": "oklch(29% .055 166)",
            "950": "oklch(21% .04 168)",
        }
    },
    "SIDEBAR": {"navigation": "fulfillment.desk.navigation.navigation"},
    "DASHBOARD_CALLBACK": "fulfillment.desk.dashboard.dashboard",
    "LOGIN": {"form": "kameng.accounts.admin_login.StaffLogin"},
}
