"""Every switch of the site, read from the environment; each default stands in plain sight.

``.env.example`` documents the same names for operators. Two modes only: the demonstration (the default, so that a bare
checkout runs) and production (``DEMO=0``), which refuses to start with demonstration secrets.
"""

import re
import shutil
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.running import require_sound

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# ── Mode and secrets ─────────────────────────────────────────────────────────────────────────────────────────────────
DEMO = env.bool("DEMO", default=True)
DEBUG = env.bool("DEBUG", default=False)

DEMO_SECRET = "demo-secret-that-production-refuses-0123456789-0123456789"
SECRET_KEY = env.str("SECRET_KEY", default=DEMO_SECRET)
RECEIPT_PEPPER = env.str("RECEIPT_PEPPER", default=DEMO_SECRET)  # keys the stored hash of receipt codes and API keys
SIGNING_KEY = env.str("SIGNING_KEY", default=DEMO_SECRET)  # signs anchors and bundles
SEALING_KEY = env.str("SEALING_KEY", default=DEMO_SECRET)  # encrypts webhook secrets and contact details at rest

if not DEMO:
    for name in ("SECRET_KEY", "RECEIPT_PEPPER", "SEALING_KEY", "SIGNING_KEY"):
        if env.str(name, default=DEMO_SECRET) == DEMO_SECRET or len(env.str(name)) < 50:
            raise ImproperlyConfigured(f"{name} is missing or shorter than 50 characters; production needs its own.")

SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)  # believe X-Forwarded-Proto and X-Real-IP: the proxy sets both
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# ── The house ────────────────────────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "accounts",
    "routing",
    "complaints",
    "config.apps.DeskConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for our form renderer
    "rest_framework",
    "django_q",
    "axes",
    "csp",
    "allauth",
    "allauth.account",  # allauth.mfa stands on it; none of its pages, letters and sign-ups is used
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.FirstVisitLanguage",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.gate.SecondFactorGate",
    "config.middleware.WrongMethodInWords",
    "config.middleware.NoRoomInWords",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "complaints.web.portal_session.stand",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.SiteFormRenderer"

# ── Data ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'app.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL without IMMEDIATE makes writers fail; NORMAL may lose the last commits on power loss (sqlite.org/pragma.html).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "config.cache.MayBeGone",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# Originals lie outside every web root and are served by views that ask visible_to().
EVIDENCE_DIR = DATA_DIR / "evidence"
# Written to: this machine's disk, or s3://bucket/prefix?endpoint=https://host&region=name. Read beside it: "disk" or
# such a URL, while things are moved (docs/storage.md).
STORAGE_URL = env.str("STORAGE_URL", default="")
STORAGE_ALSO_READ = env.str("STORAGE_ALSO_READ", default="")
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
EVIDENCE_KEYS = env.list("EVIDENCE_KEYS", default=env.list("EVIDENCE_KEY", default=[]))  # the first seals, all open
BUCKET_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]+(/[^?]*)?(\?(endpoint|region)=[^&]+(&(endpoint|region)=[^&]+)?)?")
for name, value in (("STORAGE_URL", STORAGE_URL), ("STORAGE_ALSO_READ", STORAGE_ALSO_READ)):
    if value not in {"", "disk"} and not BUCKET_URL.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is empty, disk, or s3://bucket/prefix?endpoint=https://host&region=name.")
    if value.startswith("s3://") and find_spec("boto3") is None:
        raise ImproperlyConfigured(
            f"{name} names S3-compatible storage, which needs the packages of requirements-s3.txt."
        )
if any(len(key) < 43 for key in EVIDENCE_KEYS):
    raise ImproperlyConfigured("Each of EVIDENCE_KEYS has 43 characters or more: secrets.token_urlsafe(32) makes one.")
EVIDENCE_MAX_FILES = 20
EVIDENCE_SPARE_MIB = env.int("EVIDENCE_SPARE_MIB", default=512 if DEMO else 5120)  # with less free no file is taken,
EVIDENCE_SPARE_PERCENT = env.int("EVIDENCE_SPARE_PERCENT", default=0 if DEMO else 10)  # nor with less than this share

# A virus scanner (clamd): unix:/run/clamav/clamd.ctl or tcp://host:3310. Required means: without its word a file waits.
CLAMD_URL = env.str("CLAMD_URL", default="")
AV_REQUIRED = env.bool("AV_REQUIRED", default=bool(CLAMD_URL))
EVIDENCE_MAX_BYTES = {
    **{"image": 20 << 20, "pdf": 30 << 20, "video": 200 << 20, "audio": 50 << 20},
    **{"text": 10 << 20, "table": 10 << 20},
}
FFMPEG = env.str("FFMPEG", default=shutil.which("ffmpeg") or "")  # makes the picture of a film; empty: films have none
BUNDLE_DIR = DATA_DIR / "bundles"
BUNDLE_MAX_BYTES = 2 << 30
BUNDLE_KEPT = timedelta(hours=24)
BUNDLES_PER_CASE_AN_HOUR = env.int("BUNDLES_PER_CASE_AN_HOUR", default=6)
EXPORT_DIR = DATA_DIR / "exports"  # tables of cases that officers asked for (docs/exports.md)
EXPORT_KEPT = timedelta(days=7)
EXPORT_MAX_ROWS = 500_000  # what is made within one task of the queue, with time to spare
EXPORT_MAX_ROWS_OF_WORDS = 200_000  # of a workbook, and of a table with words of people
TABLES_PER_OFFICER_AN_HOUR = env.int("TABLES_PER_OFFICER_AN_HOUR", default=20)
# Words on pictures: "auto" reads them where `make ocr` was run, "off" never does (docs/reading.md).
OCR = env.str("OCR", default="auto")
OCR_SECONDS = 45  # for one blob: what was read by then is kept
if OCR not in {"auto", "off"}:
    raise ImproperlyConfigured(f"OCR is {OCR!r}; it may be auto or off.")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "staging"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 25

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.joined.JoinedFiles",  # one sheet and one script a room, out of many sources
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO

# ── The queue: a doorbell that carries ids only; the tables are the promise ──────────────────────────────────────────
# retry > timeout × (ceil((queue_limit + 1) / workers) + 1) + 10, because the lease runs while a task waits its turn.
Q_CLUSTER = {
    "name": env.str("QUEUE_NAME", default="whoanswers-demo" if DEMO else "whoanswers"),
    "orm": "default",
    "workers": env.int("QUEUE_WORKERS", default=2),
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.5,
    "timeout": 60,
    "retry": 240,
    "max_attempts": 1,  # tries are ours to count: django-q counts none of those that end in a crash
    "ack_failures": True,
    "recycle": 200,
    "max_rss": 400_000,
    "save_limit": -1,
    "catch_up": False,
    "guard_cycle": 0.5,
    "daemonize_workers": True,
    "scheduler": True,
    "cached": False,
    "sync": False,
    "compress": False,
    "log_level": "INFO",
    "time_zone": "UTC",
    # Files are looked into and read apart from the rest: what they break here stops no notice. One at a time, with time
    # for a long film; its processes start anew often. The clock of the house is the other cluster's.
    "ALT_CLUSTERS": {
        "media": {"workers": 1, "queue_limit": 1, "timeout": 240, "retry": 900, "recycle": 20, "scheduler": False},
    },
}
MEDIA_HEARTBEAT_LIMIT = timedelta(
    seconds=env.int("MEDIA_HEARTBEAT_LIMIT_SECONDS", default=600)
)  # one film may take 240
QUEUE_HEARTBEAT_LIMIT = timedelta(seconds=env.int("QUEUE_HEARTBEAT_LIMIT_SECONDS", default=180))
require_sound(Q_CLUSTER, DATABASES["default"])

# ── Anchors: what proves that nothing was changed since, to whoever does not trust us ────────────────────────────────
ANCHOR_DIR = DATA_DIR / "anchors"
SIGNING_KEYS_BEFORE = env.list("SIGNING_KEYS_BEFORE", default=[])  # public keys in hex, that were used until a change
ANCHORS_MAILED_TO = env.list("ANCHORS_MAILED_TO", default=[])  # mailboxes of associations
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")  # an RFC 3161 authority; none without it
TIMESTAMP_CA_FILE = env.str("TIMESTAMP_CA_FILE", default="")  # the roots it is trusted by, PEM
TIMESTAMP_POLICY = env.str("TIMESTAMP_POLICY", default="")  # the one policy that is taken; any without it
TIMESTAMP_NETWORKS = env.list("TIMESTAMP_NETWORKS", default=[])  # where, beside the internet, the authority may lie
if TIMESTAMP_URL and not Path(TIMESTAMP_CA_FILE).is_file():
    raise ImproperlyConfigured("TIMESTAMP_URL needs TIMESTAMP_CA_FILE: the roots that its answers are checked against.")

# ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────────
# The demonstration's receiver listens on this machine over plain HTTP. Production takes neither, whatever is set.
WEBHOOK_ALLOW_LOCAL = DEMO and env.bool("WEBHOOK_ALLOW_LOCAL", default=True)
WEBHOOK_PORTS = frozenset(env.list("WEBHOOK_PORTS", cast=int, default=[443, 8443]))
WEBHOOK_LEASE = timedelta(seconds=60)
WEBHOOK_SLOTS = env.int("WEBHOOK_SLOTS", default=8)  # notices one worker sends at once

# ── Notices to people ────────────────────────────────────────────────────────────────────────────────────────────────
# Without a setting nothing leaves this machine: letters and short messages are put into files for the operator to see.
globals().update(env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR.resolve() / 'mail'}"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="WhoAnswers <notices@localhost>")
SMS_BACKEND = env.str("SMS_BACKEND", default="complaints.sms.FileSender")
SMS_DIR = DATA_DIR / "sms"

# ── Limits: generous, because a school or a company may stand behind one address ─────────────────────────────────────
CODES_PER_ADDRESS_A_DAY = env.int("CODES_PER_ADDRESS_A_DAY", default=10)  # six digits to one telephone or mailbox
CODES_PER_NETWORK_AN_HOUR = env.int("CODES_PER_NETWORK_AN_HOUR", default=30)
NOTICES_UNPROVED_A_DAY = env.int("NOTICES_UNPROVED_A_DAY", default=3)  # to an address nobody has shown to be theirs
NOTICES_PROVED_A_DAY = env.int("NOTICES_PROVED_A_DAY", default=50)
DRAFTS_PER_NETWORK_AN_HOUR = env.int("DRAFTS_PER_NETWORK_AN_HOUR", default=300)
FILINGS_PER_NETWORK_AN_HOUR = env.int("FILINGS_PER_NETWORK_AN_HOUR", default=100)
SANDBOXES_PER_NETWORK_A_DAY = env.int("SANDBOXES_PER_NETWORK_A_DAY", default=5)
CONFORMANCE_WAIT = env.float("CONFORMANCE_WAIT", default=15.0)  # seconds for a receiver to read the case it was told of
FILINGS_PER_KEY_AN_HOUR = env.int("FILINGS_PER_KEY_AN_HOUR", default=120)
UPLOAD_MIB_PER_KEY_AN_HOUR = env.int("UPLOAD_MIB_PER_KEY_AN_HOUR", default=4096)
SIGNATURE_CHECKS_PER_NETWORK_AN_HOUR = env.int("SIGNATURE_CHECKS_PER_NETWORK_AN_HOUR", default=120)
UPLOAD_MIB_PER_NETWORK_AN_HOUR = env.int("UPLOAD_MIB_PER_NETWORK_AN_HOUR", default=4096)
UPLOAD_MIB_PER_ACCOUNT_A_DAY = env.int("UPLOAD_MIB_PER_ACCOUNT_A_DAY", default=1024)
EVIDENCE_MAX_MIB = env.int("EVIDENCE_MAX_MIB", default=500)  # of one draft, or of one side of a case
EXPORTS_PER_ACCOUNT_AN_HOUR = env.int("EXPORTS_PER_ACCOUNT_AN_HOUR", default=6)

# ── Procedure ────────────────────────────────────────────────────────────────────────────────────────────────────────
RESPONSE_WORKING_DAYS = env.int("RESPONSE_WORKING_DAYS", default=5)  # site policy, shown as policy: no statute fixes it
PAYMENT_DAYS = env.int("PAYMENT_DAYS", default=7)  # for a party to keep an accepted offer: site policy, shown as policy
CONFIRM_DAYS = env.int("CONFIRM_DAYS", default=3)  # after that day, for the consumer to say whether it was kept
REOPEN_DAYS = env.int("REOPEN_DAYS", default=30)  # after its end, for the consumer to open a case again: site policy
REOPEN_TIMES = env.int("REOPEN_TIMES", default=2)  # how often one case may be opened again: site policy
REVIEW_WORKING_DAYS = env.int("REVIEW_WORKING_DAYS", default=5)  # for a person to look at a finding: site policy
CONTEST_WORKING_DAYS = env.int("CONTEST_WORKING_DAYS", default=5)  # for an officer, once a case is passed to and fro
SERVICE_WORKING_DAYS = env.int("SERVICE_WORKING_DAYS", default=3)  # for an officer to tell who took no notice: policy
EXTENSION_WORKING_DAYS = env.int(
    "EXTENSION_WORKING_DAYS", default=5
)  # the most a party may be given, once: site policy
# Asked for before the last day for one of these reasons, up to so many working days are given at once; for any other
# reason, or more days, an officer answers. Policy of the site, shown as policy.
EXTENSIONS_AT_ONCE = {"replay": 3, "third-party": 3, "system": 2}
RECEIPT_SESSION = timedelta(minutes=30)
INVITATION_LIFETIME = timedelta(days=90)  # as long as a case with mediation may take
INVITATION_SESSION = timedelta(hours=8)  # a working day at the desk of whoever answers
DRAFT_LIFETIME = timedelta(days=30)

# ── How long things are kept: shown on the privacy page ──────────────────────────────────────────────────────────────
CASE_KEPT_YEARS = env.int("CASE_KEPT_YEARS", default=3)  # after its end; then its evidence and contacts are erased
REJECTED_KEPT_DAYS = env.int("REJECTED_KEPT_DAYS", default=30)  # a file that was not taken
ATTEMPTS_KEPT_DAYS = env.int("ATTEMPTS_KEPT_DAYS", default=180)  # each try to send a notice to a platform
SIGN_IN_TRIES_KEPT_DAYS = env.int("SIGN_IN_TRIES_KEPT_DAYS", default=180)
BACKUPS_KEPT_DAYS = env.int("BACKUPS_KEPT_DAYS", default=30)  # by the operator: the site makes none itself

# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.CodeBackend",  # the second step
]
PASSWORD_HASHERS = ["accounts.hashers.BoundedArgon2PasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.names.name_tried"
AXES_CLIENT_IP_CALLABLE = "accounts.networks.network_tried_from"  # not the address: IPv6 has them by the milliard
AXES_LOCKOUT_CALLABLE = "config.errors.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential"]
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)  # of officers, operators, organisations
MFA_ADAPTER = "accounts.factor_adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODE_DIGITS = 20  # 66 bits each
MFA_WEBAUTHN_USER_VERIFICATION = "required"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "complaints:mine"
LOGOUT_REDIRECT_URL = "complaints:home"

# ── Language: Chinese is the source of every string; English is the translation (docs/languages.md) ──────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # working days and last days are those of China

# ── Security ─────────────────────────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.stale_form"
if BEHIND_PROXY:
    MIDDLEWARE.insert(0, "config.middleware.AddressFromProxy")
if not DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["complaints.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["complaints.api.scopes.MayCall"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "complaints.api.errors.as_problem",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "complaints.api.schema.Told",
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["complaints.api.schema.finish"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# ── Words to the operator: no personal data, no secrets (see docs/operators.md) ──────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without-addresses": {"()": "config.logs.WithoutAddresses"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without-addresses"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django-q": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "fido2": {"level": "WARNING"},  # below that it writes which passkey was used
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
