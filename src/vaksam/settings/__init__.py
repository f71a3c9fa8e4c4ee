"""Settings, all from the environment; `docs/reference/settings.md` lists them.

Layers below never import this module: they read `django.conf.settings`.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from vaksam.base.postgres import django_database, home
from vaksam.settings.environment import flag, needed, secret_key, whole_number, words

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = flag("VAKSAM_DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = words("VAKSAM_HOSTS", "127.0.0.1 localhost [::1]")
CSRF_TRUSTED_ORIGINS = words("VAKSAM_ORIGINS", "")
HTTPS = flag("VAKSAM_HTTPS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "ninja",  # serves the API page's scripts from here instead of a CDN
    "vaksam.base",
    "vaksam.areas",
    "vaksam.people",
    "vaksam.venues",
    "vaksam.programmes",
    "vaksam.supply",
    "vaksam.records",
    "vaksam.eligibility",
    "vaksam.booking",
    "vaksam.clinic",
    "vaksam.rounds",
    "vaksam.replanning",
    "vaksam.exchange",
    "vaksam.messaging",
    "vaksam.coverage",
    "vaksam.situation",
    "vaksam.web",
    "vaksam.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "vaksam.web.middleware.private_when_signed_in",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vaksam.web.middleware.bodies_bounded",
    "vaksam.web.middleware.areas_once",
    "vaksam.web.middleware.FriendlyErrors",
]

ROOT_URLCONF = "vaksam.web.urls"
WSGI_APPLICATION = "vaksam.settings.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vaksam.web.shell.context",
            ],
        },
    },
]

DATABASES = {"default": django_database(os.environ)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "base.User"
LOGIN_URL = reverse_lazy("sign-in")
LOGIN_REDIRECT_URL = reverse_lazy("today")
LOGOUT_REDIRECT_URL = reverse_lazy("coverage")
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Sign-in by OpenID Connect (SITHS, Freja or the like), on when an issuer's client is named.
OIDC_RP_CLIENT_ID = os.environ.get("VAKSAM_OIDC_CLIENT_ID", "")
OIDC_ENABLED = bool(OIDC_RP_CLIENT_ID)
# Other issuers are refused when one is named.
OIDC_ISSUER = os.environ.get("VAKSAM_OIDC_ISSUER", "")
OIDC_NAME = os.environ.get("VAKSAM_OIDC_NAME", "OpenID Connect")
_FOR_OIDC = "where VAKSAM_OIDC_CLIENT_ID is set"
if OIDC_ENABLED:
    OIDC_RP_CLIENT_SECRET = os.environ.get("VAKSAM_OIDC_CLIENT_SECRET", "")
    OIDC_RP_SIGN_ALGO = os.environ.get("VAKSAM_OIDC_SIGN_ALGO", "RS256")
    OIDC_RP_SCOPES = os.environ.get("VAKSAM_OIDC_SCOPES", "openid email profile")
    OIDC_OP_AUTHORIZATION_ENDPOINT = needed("VAKSAM_OIDC_AUTHORIZATION_ENDPOINT", _FOR_OIDC)
    OIDC_OP_TOKEN_ENDPOINT = needed("VAKSAM_OIDC_TOKEN_ENDPOINT", _FOR_OIDC)
    OIDC_OP_USER_ENDPOINT = needed("VAKSAM_OIDC_USER_ENDPOINT", _FOR_OIDC)
    OIDC_OP_JWKS_ENDPOINT = needed("VAKSAM_OIDC_JWKS_ENDPOINT", _FOR_OIDC)
    OIDC_USE_PKCE = True
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("vaksam.base.oidc.Backend")

# Residents sign in to their times by a provider of their own (BankID, Freja), on when named.
VAKSAM_RESIDENT_OIDC: dict[str, object] = {}
if _resident := os.environ.get("VAKSAM_RESIDENT_OIDC_CLIENT_ID"):
    _for = "where VAKSAM_RESIDENT_OIDC_CLIENT_ID is set"
    VAKSAM_RESIDENT_OIDC = {
        "OIDC_RP_CLIENT_ID": _resident,
        "OIDC_RP_CLIENT_SECRET": os.environ.get("VAKSAM_RESIDENT_OIDC_CLIENT_SECRET", ""),
        "OIDC_RP_SIGN_ALGO": os.environ.get("VAKSAM_RESIDENT_OIDC_SIGN_ALGO", "RS256"),
        "OIDC_RP_SCOPES": os.environ.get("VAKSAM_RESIDENT_OIDC_SCOPES", "openid"),
        "OIDC_ISSUER": needed("VAKSAM_RESIDENT_OIDC_ISSUER", _for),
        "OIDC_OP_AUTHORIZATION_ENDPOINT": needed(
            "VAKSAM_RESIDENT_OIDC_AUTHORIZATION_ENDPOINT", _for
        ),
        "OIDC_OP_TOKEN_ENDPOINT": needed("VAKSAM_RESIDENT_OIDC_TOKEN_ENDPOINT", _for),
        "OIDC_OP_USER_ENDPOINT": needed("VAKSAM_RESIDENT_OIDC_USER_ENDPOINT", _for),
        "OIDC_OP_JWKS_ENDPOINT": needed("VAKSAM_RESIDENT_OIDC_JWKS_ENDPOINT", _for),
        "OIDC_USE_PKCE": True,
        "NAME": os.environ.get("VAKSAM_RESIDENT_OIDC_NAME", "BankID"),
        # The Swedish OpenID Connect profile's name of the claim.
        "CLAIM": os.environ.get(
            "VAKSAM_RESIDENT_OIDC_CLAIM", "https://id.oidc.se/claim/personalIdentityNumber"
        ),
    }

# Languages: Swedish at /…, English at /en/…
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("VAKSAM_STATIC_ROOT") or home(os.environ) / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = home(os.environ) / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
# Where files to the national register are put, for whatever carries them there.
VAKSAM_REGISTER_FOLDER = Path(
    os.environ.get("VAKSAM_REGISTER_FOLDER") or home(os.environ) / "register" / "out"
)

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("VAKSAM_PROXY") else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "vaksam.web.errors.csrf_failure"

# Vaksam's own
VAKSAM_MAX_BODY_BYTES = 21_000_000  # a workbook of the largest size and the form around it
VAKSAM_FHM_URL = os.environ.get(
    "VAKSAM_FHM_URL",
    "https://www.folkhalsomyndigheten.se/contentassets/Folkhalsomyndigheten_Covid19_Vaccine.xlsx",
)
VAKSAM_DISCLOSURE_THRESHOLD = whole_number("VAKSAM_DISCLOSURE_THRESHOLD", 5)
VAKSAM_DISCLOSURE_ROUNDING = whole_number("VAKSAM_DISCLOSURE_ROUNDING", 5)

# The number that residents call to book, on every public page.
VAKSAM_TELEPHONE = os.environ.get("VAKSAM_TELEPHONE", "1177")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "vaksam.base.logs.WithoutValues",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django has handlers of its own, which would print errors in full.
    "loggers": {"django": {"handlers": [], "propagate": True, "level": "INFO"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("VAKSAM_LOG_LEVEL", "WARNING")},
}

# Messages to residents: files beneath VAKSAM_MESSAGES_ROOT where no SMTP server or SMS provider
# is named.
VAKSAM_PUBLIC_URL = os.environ.get("VAKSAM_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
VAKSAM_MESSAGES_ROOT = home(os.environ) / "messages"
# What the senders are given of a change of many times, so that they can keep up.
VAKSAM_MESSAGES_PER_MINUTE = max(1, whole_number("VAKSAM_MESSAGES_PER_MINUTE", 600))
VAKSAM_FONTS = os.environ.get("VAKSAM_FONTS", "")
VAKSAM_MAIL_FROM = os.environ.get("VAKSAM_MAIL_FROM", "")
VAKSAM_SMTP_HOST = os.environ.get("VAKSAM_SMTP_HOST", "")
VAKSAM_SMTP_PORT = whole_number("VAKSAM_SMTP_PORT", 587)
VAKSAM_SMTP_USER = os.environ.get("VAKSAM_SMTP_USER", "")
VAKSAM_SMTP_PASSWORD = os.environ.get("VAKSAM_SMTP_PASSWORD", "")
VAKSAM_SMTP_TLS = os.environ.get("VAKSAM_SMTP_TLS", "starttls")
VAKSAM_SMS_URL = os.environ.get("VAKSAM_SMS_URL", "")
VAKSAM_SMS_TOKEN = os.environ.get("VAKSAM_SMS_TOKEN", "")
VAKSAM_SMS_FROM = os.environ.get("VAKSAM_SMS_FROM", "Vaksam")
VAKSAM_SMS_BODY = os.environ.get(
    "VAKSAM_SMS_BODY", '{"to": "{to}", "from": "{from}", "text": "{text}"}'
)
