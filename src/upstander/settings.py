"""Django's settings, the same for every process; what differs follows from `UPSTANDER_PROCESS` (decisions 1)."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf.locale import LANG_INFO

from upstander.config import ROOT, config
from upstander.packs.bare import bare

_config = config()
_programme = bare(_config.pack)
PROCESS = _config.process
UPSTANDER_SANDBOX = _config.mode == "sandbox"
UPSTANDER_HTTPS = _config.https
UPSTANDER_PROGRAMME_NAME = _programme.short_name

DEBUG = False
USE_TZ = True
TIME_ZONE = _programme.time_zone
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    (code, LANG_INFO.get(code, {}).get("name_local", code).capitalize()) for code in dict.fromkeys(("en", *_programme.languages))
]  # English is what the product itself is written in
LOCALE_PATHS = [ROOT / "src" / "upstander" / "locale"]
_ORIGINS = ("public", "desk", "school", "network")
ALLOWED_HOSTS = ["*"] if UPSTANDER_SANDBOX else [urlsplit(_config.origin(p)).hostname or "" for p in _ORIGINS]
ROOT_URLCONF = f"upstander.urls.{PROCESS if PROCESS in _ORIGINS else 'everything'}"
WSGI_APPLICATION = None
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _secret_key() -> str:
    from upstander.vault.keys import keyring

    return keyring().secret("django").hex()


# A process without keys (`upstander --help`, building documents) signs nothing, so any value serves.
SECRET_KEY = _secret_key() if _config.key_file.exists() else os.urandom(32).hex()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "upstander.ops",
    "upstander.audit",
    "upstander.web",
    "upstander.directory",
    "upstander.vault",
    "upstander.people",
    "upstander.delivery",
    "upstander.evidence",
    "upstander.library",
    "upstander.posters",
    "upstander.training",
    "upstander.intake",
    "upstander.actions",
    "upstander.disclosure",
    "upstander.assessment",
    "upstander.inbound",
    "upstander.desk",
    "upstander.response",
    "upstander.outreach",
    "upstander.officers",
    "upstander.preparedness",
    "upstander.network",
    "upstander.gatherings",
    "upstander.exchange",
    "upstander.forum",
    "upstander.products",
    "upstander.register",
    "upstander.circulation",
    "upstander.insight",
    "upstander.repository",
]
if PROCESS == "public":  # nobody signs in there
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]

_PUBLIC_MIDDLEWARE = [  # no session, no cookie, no account: nothing that a reporter's device could be known by
    "upstander.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "upstander.intake.language.ReporterLanguage",
    "upstander.web.middleware.SameOriginPosts",
]
_STAFF_MIDDLEWARE = [
    "upstander.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "upstander.people.middleware.SignedInOnly",
]
MIDDLEWARE = _PUBLIC_MIDDLEWARE if PROCESS == "public" else _STAFF_MIDDLEWARE
if PROCESS == "network":
    MIDDLEWARE = [*_STAFF_MIDDLEWARE, "upstander.network.middleware.Walls"]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "upstander.web.context.house",
            ]
            + (
                []
                if PROCESS == "public"
                else [
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            )
            + (["upstander.desk.context.frame"] if PROCESS in ("desk", "admin") else [])
            + (["upstander.response.context.frame"] if PROCESS in ("school", "admin") else []),
        },
    }
]


# A line to an outside server that died without a word is given up in about ten seconds, by the kernel; its own limits are a
# quarter of an hour for what was sent and two hours for what is idle, in which a reporter's page would hang.
_DEAD_LINE = {
    "connect_timeout": 5, "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip


def _database() -> dict[str, Any]:
    """The one database login of this process, pooled, with time-outs (decisions 4)."""
    url = urlsplit(_config.dsn or os.environ.get("DATABASE_URL", "postgresql:///upstander"))
    options: dict[str, Any] = {"application_name": f"upstander-{PROCESS}", **_DEAD_LINE}
    socket = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part).get("host")
    if PROCESS in ("public", "desk", "school", "network", "inbound"):
        options["pool"] = {"min_size": 2, "max_size": _config.threads, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(socket) if socket else (url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 0 if "pool" in options else None,
        "OPTIONS": options,
        "TEST": {"NAME": os.environ.get("UPSTANDER_TEST_DB", "test_upstander")},
    }


DATABASES = {"default": _database()}

# Passwords and second factor (allauth); desk and school sessions live in tables of their own.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["upstander.people.backend.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = f"upstander.people.sessions.{PROCESS if PROCESS in ('school', 'network') else 'desk'}"
# `__Host-`: a neighbouring subdomain can neither set nor overwrite it.
_COOKIE = f"{'__Host-' if UPSTANDER_HTTPS else ''}upstander_{PROCESS}"
SESSION_COOKIE_NAME = _COOKIE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = UPSTANDER_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_COOKIE}_csrf"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "upstander.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # they count network addresses, which nobody here reads; see people/throttle.py
MFA_ADAPTER = "upstander.people.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Upstander"
MFA_TOTP_TOLERANCE = 1

# No temporary files, no large forms (decisions 3 and 16).
DATA_UPLOAD_MAX_MEMORY_SIZE = _config.form_limit
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000 if PROCESS == "network" else 200  # a newsletter has many paragraphs
FILE_UPLOAD_MAX_MEMORY_SIZE = max(_config.form_limit, 5_500_000 if PROCESS == "school" else 2_621_440)  # larger: no handler
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_FAILURE_VIEW = "upstander.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
STATIC_ROOT = _config.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING_CONFIG = "upstander.ops.logs.configure"
LOGGING: dict[str, Any] = {"version": 1}  # not empty: Django calls LOGGING_CONFIG only then
SILENCED_SYSTEM_CHECKS: list[str] = []
