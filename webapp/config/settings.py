"""Django settings. docs/operations.md lists every environment variable that is read here."""

import os
import tomllib

import dj_database_url
from csp.constants import NONE, SELF

from webapp.config import environment
from webapp.machine import user

BASE_DIR = environment.ROOT
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
DATA_DIR = environment.data_folder()
os.environ.update(user.made_up(DATA_DIR / "home"))
SECRET_KEY = environment.secret_key()
DEBUG = environment.flag("SKILLMOE_DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = []
HOSTNAME = os.environ.get("SKILLMOE_HOSTNAME", "")  # behind a team's own proxy; with its port
PROXIES = os.environ.get("SKILLMOE_PROXIES", "")  # processes/web.py tells uvicorn
if HOSTNAME:  # config/checks.py refuses what is none
    ALLOWED_HOSTS.append(HOSTNAME.partition(":")[0])
    CSRF_TRUSTED_ORIGINS.append(f"https://{HOSTNAME}")
    # Browsers then ask by HTTPS alone, and take no cookie of this name from anybody else.
    SECURE_SSL_REDIRECT = True
    SECURE_SSL_HOST = HOSTNAME
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
# Of the whole domain, whose other hosts are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "channels",
    "csp",
    "ninja",  # the page that describes the API, from the installed package
    "webapp.audit",
    "webapp.accounts",
    "webapp.things",
    "webapp.experts",
    "webapp.questions",
    "webapp.runs",
    "webapp.keeping",
    "webapp.comments",
    "webapp.reviews",
    "webapp.execution",
    "webapp.progress",
    "webapp.planning",
    "webapp.findings",
    "webapp.pages",
    "webapp.commands",
    "webapp.processes",
    "gpu_worker",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "webapp.accounts.middleware.NotKept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "webapp.accounts.middleware.TeamMiddleware",
    "webapp.accounts.middleware.BackToThePage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "webapp.accounts.middleware.SessionsEnd",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "webapp.pages.shared.unseen.middleware",
    "webapp.pages.shared.names.middleware",
]
ROOT_URLCONF = "webapp.config.urls"
ASGI_APPLICATION = "webapp.config.asgi.application"
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
                "webapp.accounts.middleware.in_templates",
            ]
        },
    }
]

DATABASE_URL = environment.server_url("DATABASE_URL", "database_url")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)} if DATABASE_URL else {}
for database in DATABASES.values():
    # Either side notices within 25 s that the other fell off the network: until then a worker's
    # claims are held for it.
    database["OPTIONS"] = {
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
        " -c tcp_keepalives_count=3",
        **database.get("OPTIONS", {}),
    }
# Pages that a web process works on at once; the others wait (config/crowd.py).
PAGES_AT_WORK = 8
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "webapp.accounts.factors.passwords.NotOfNames"},
]

# Signing in, by django-allauth. Its pages have their addresses in webapp/accounts/urls.py.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # the web server has said already who asks
ACCOUNT_ADAPTER = "webapp.accounts.adapters.Accounts"
ACCOUNT_FORMS = {
    "add_email": "webapp.accounts.forms.AddressForm",
    "login": "webapp.accounts.forms.SignInForm",
    "reset_password": "webapp.accounts.forms.ForgottenForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True  # one address for each person
ACCOUNT_EMAIL_VERIFICATION = "none"  # to sign in; what an address is used for asks whether it is
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/me"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
# Of each kind in five minutes, so that waiting them out is always enough.
ACCOUNT_RATE_LIMITS = {
    "login": "100/5m/ip",
    "login_failed": "30/5m/ip,10/5m/key",
    "change_password": "5/5m/user",
    "manage_email": "20/5m/user",
    "reauthenticate": "10/5m/user",
    "reset_password": "20/5m/ip,5/5m/key",
    "reset_password_from_key": "30/5m/ip",
}
MFA_ADAPTER = "webapp.accounts.adapters.SecondFactors"
MFA_FORMS = {"add_webauthn": "webapp.accounts.forms.PasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody can make an account for themselves
MFA_RATE_LIMITS = {"webauthn_login": "30/5m/ip"}
SOCIALACCOUNT_ADAPTER = "webapp.accounts.providers.Providers"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.oidc()}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
globals().update(environment.smtp())
ACCOUNT_EMAIL_NOTIFICATIONS = bool(environment.smtp()["EMAIL_HOST"])

REDIS_URL = environment.server_url("REDIS_URL", "redis_url")
CACHES = {  # the first is for what all processes count together, as attempts to sign in
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "skillmoe",
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    },
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "texts": {  # as pages set them: seldom more than 50 MB
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "texts",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # The layer blocks on Redis for 5 s at a time, redis-py gives up after 5 s by itself.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": 30}],
            "prefix": "skillmoe",
        },
    }
}
CELERY_BROKER_URL = REDIS_URL
# Kombu waits for ever by itself, and with it a request. Workers wait for messages unharmed: they
# read when Redis has answered, which it does every second.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "gpu.visit": {"queue": "gpu"},
    "endpoints.visit": {"queue": "endpoints"},
    # What may take minutes: neither runs nor people who have pressed a button wait behind it. The
    # first only asks for what is missing.
    "findings.find_all": {"queue": "default"},
    "findings.*": {"queue": "findings"},
    "runs.propose_profile": {"queue": "findings"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Messages may be lost, doubled or late without harm: the beat wakes whoever missed one.
CELERY_BEAT_SCHEDULE = {
    "advance runs": {"task": "runs.advance_all", "schedule": 15.0, "options": {"expires": 15}},
    "reckon costs": {"task": "costs.reckon", "schedule": 15.0, "options": {"expires": 15}},
    "find findings": {"task": "findings.find_all", "schedule": 15.0, "options": {"expires": 15}},
    "find previews": {"task": "runs.preview_all", "schedule": 15.0, "options": {"expires": 15}},
    "forget uploads": {"task": "questions.forget_uploads", "schedule": 3600.0},
    "forget sessions": {"task": "accounts.forget_sessions", "schedule": 3600.0},
    "free what was deleted": {"task": "things.free", "schedule": 3600.0},
    "send notices": {"task": "comments.send_notices", "schedule": 30.0, "options": {"expires": 30}},
}

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = os.environ.get("TZ") or "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "webapp" / "static", BASE_DIR / "build" / "static"]
WHITENOISE_USE_FINDERS = True  # serves from STATICFILES_DIRS: no collectstatic step to forget
WHITENOISE_AUTOREFRESH = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Signed in for so many days since the last visit, and so many in all (accounts/sessions/ends.py).
SESSION_COOKIE_AGE = environment.number("SKILLMOE_SESSION_IDLE_DAYS", 14) * 24 * 60 * 60
SESSION_DAYS = environment.number("SKILLMOE_SESSION_DAYS", 60)
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"

# What people may upload, what reading it may take, and how long a question may be.
UPLOAD_LIMIT_BYTES = environment.number("SKILLMOE_UPLOAD_LIMIT_MB", 100) * 1024 * 1024
UPLOAD_LIMIT_ROWS = environment.number("SKILLMOE_UPLOAD_ROWS", 1_000_000)
CELL_LIMIT_CHARACTERS = environment.number("SKILLMOE_CELL_LIMIT_KB", 1024) * 1024
READING_MEMORY_BYTES = environment.number("SKILLMOE_READING_MEMORY_MB", 2048) * 1024 * 1024
READING_SECONDS = environment.number("SKILLMOE_READING_SECONDS", 300)
QUESTION_LIMIT_CHARACTERS = environment.number("SKILLMOE_QUESTION_LIMIT", 20_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = environment.arriving(DATA_DIR / "uploads")
DISK_FLOOR_BYTES = environment.number("SKILLMOE_DISK_FLOOR_MB", 0) * 1024 * 1024  # 0: by the disk

# Of one person, over all of their teams.
UPLOADS_WAITING = environment.number("SKILLMOE_UPLOADS_WAITING", 20)
UPLOADS_WAITING_BYTES = environment.number("SKILLMOE_UPLOADS_WAITING_MB", 500) * 1024 * 1024
RUNS_AT_ONCE = environment.number("SKILLMOE_RUNS_AT_ONCE", 50)

WORDINGS = environment.path("SKILLMOE_WORDINGS")  # a team's own words for the benchmarks' prompts

# The GPU worker. An expert stays loaded this long when nothing waits; a generation that has
# waited past the patience is served next, whatever its stage.
GPU_IDLE_SECONDS = environment.number("SKILLMOE_GPU_IDLE_SECONDS", 60)
GPU_PATIENCE_SECONDS = environment.number("SKILLMOE_GPU_PATIENCE_SECONDS", 600)
# Host memory for experts that sleep. None does by itself: what a sleeper keeps of a GPU was never
# measured on one.
SLEEP_GB = environment.number("SKILLMOE_SLEEP_GB", 0)
# Of an engine on a CPU, by the names that OpenMP and vLLM have for them; 0: by the machine.
CPU_THREADS = environment.first_number("OMP_NUM_THREADS")
CPU_CACHE_GB = environment.first_number("VLLM_CPU_KVCACHE_SPACE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"httpx": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"}},
}
