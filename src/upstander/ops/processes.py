"""How each process is started, and with which environment: its own secrets and nobody else's (decisions 1)."""

import os
import sys
from pathlib import Path

from upstander.config import OFFSETS, Config, ConfigError

WEB = ("public", "desk", "school")
NETWORK = "network"  # members' pages: a programme of its own, which may be switched off (UPSTANDER_NETWORK)
INBOUND = "inbound"  # stands open to carriers, not to browsers
LOOPS = {
    "relay": "upstander.delivery.relay:main",
    "worker": "upstander.intake.worker:main",
    "sealer": "upstander.audit.sealer:main",
    "custody": "upstander.evidence.keeper:main",
    "router": "upstander.inbound.router:main",
    "caller": "upstander.delivery.caller.main:main",
}
ALL = (*WEB, INBOUND, "events", *LOOPS)  # what a tip needs: the silence of any of them is red

# What a process takes over from whoever starts it, beside UPSTANDER_*.
_PLAIN = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")
# UPSTANDER_ variables that are secrets (or lead to some), and who is given them.
_SECRET: dict[str, tuple[str, ...]] = {
    "UPSTANDER_DSN": (),
    "UPSTANDER_KEYS": (),
    "UPSTANDER_PROCESS": (),
    "UPSTANDER_SMTP_USER": ("relay",),
    "UPSTANDER_SMTP_PASSWORD": ("relay",),
    "UPSTANDER_SMS_PASSWORD": ("relay", "inbound", "router"),  # Twilio signs with it what it brings, and shows pictures to it
    "UPSTANDER_SMS_TOKEN": ("relay", "inbound"),
    "UPSTANDER_SMS2_PASSWORD": ("relay", "inbound", "router"),
    "UPSTANDER_SMS2_TOKEN": ("relay", "inbound"),
    "UPSTANDER_SMS_STATUS_URL": ("relay",),  # with a password in it
    "UPSTANDER_SMS2_STATUS_URL": ("relay",),
    "UPSTANDER_SMTP2_USER": ("relay",),
    "UPSTANDER_SMTP2_PASSWORD": ("relay",),
    "UPSTANDER_DEADMAN_URL": ("relay",),
    "UPSTANDER_IMAP_USER": ("inbound",),
    "UPSTANDER_IMAP_PASSWORD": ("inbound",),
    "UPSTANDER_CALLS2_PASSWORD": ("caller", "inbound"),
    "UPSTANDER_CALLS_PASSWORD": ("caller", "inbound"),  # Twilio signs with it what it says of calls
    "UPSTANDER_SIP_USER": ("caller",),
    "UPSTANDER_SIP_PASSWORD": ("caller",),
    "UPSTANDER_SIP2_USER": ("caller",),
    "UPSTANDER_SIP2_PASSWORD": ("caller",),
    "UPSTANDER_METRICS_TOKEN": ("desk",),
}


def environment(process: str, settings: Config, dsn: str) -> dict[str, str]:
    """The environment of `process`: the common settings, its own database address, its own key file."""
    kept = {name: value for name, value in os.environ.items() if name in _PLAIN}
    for name, value in os.environ.items():
        if name.startswith("UPSTANDER_") and process in _SECRET.get(name, (*ALL, NETWORK, "admin")):
            kept[name] = value
    return kept | {
        "DJANGO_SETTINGS_MODULE": "upstander.settings",
        "PYTHONUNBUFFERED": "1",
        "UPSTANDER_DATA": str(settings.data),
        "UPSTANDER_PORT": str(settings.port),
        "UPSTANDER_PROCESS": process,
        "UPSTANDER_KEYS": str(settings.data / "keys" / f"{process}.json"),
        "UPSTANDER_DSN": dsn,
    }


def web(settings: Config) -> tuple[str, ...]:
    """The processes that serve pages to browsers."""
    return (*WEB, NETWORK) if settings.network else WEB


def running(settings: Config) -> tuple[str, ...]:
    """Every process of this house."""
    return (*ALL, NETWORK) if settings.network else ALL


def events_socket(settings: Config) -> Path:
    """Where the events process listens."""
    return settings.data / "run" / "events.sock"


def port(process: str, settings: Config) -> int:
    """The TCP port of one of `web`, or of INBOUND."""
    own = settings.inbound_port if process == INBOUND else 0
    return own or settings.port + OFFSETS[process]


def host(process: str, settings: Config) -> str:
    """The address on which one of `web`, or INBOUND, listens."""
    return settings.inbound_host if process == INBOUND else settings.host


def command(process: str, settings: Config) -> list[str]:
    """What to execute for `process`; raises ConfigError for a name that is none."""
    if process in LOOPS:
        return [sys.executable, "-m", "upstander", "run", process]
    if process not in (*ALL, NETWORK):
        raise ConfigError(f"There is no process '{process}': one of {', '.join((*ALL, NETWORK))}")
    base = [sys.executable, "-m", "granian", "--http", "1", "--no-ws", "--log-level", "warning"]
    base += ["--respawn-failed-workers", "--workers-kill-timeout", "4"]
    if process == "events":  # with the lifespan protocol: it listens and beats before the first page asks
        socket = ["--uds", str(events_socket(settings)), "--uds-permissions", "0600"]
        return [
            *base,
            "--interface",
            "asgi",
            "--backpressure",
            "2000",
            *socket,
            "upstander.ops.asgi:application",
        ]
    where = ["--host", host(process, settings), "--port", str(port(process, settings))]
    if process == INBOUND:  # with the lifespan protocol: it beats, and its other servers listen, before the first request
        base += ["--interface", "asgi", "--backlog", "1024", "--http1-header-read-timeout", "10000"]
        return [*base, *where, "upstander.ops.asgi:application"]
    workers = settings.web_workers if process == "public" else settings.staff_workers
    base += ["--interface", "asginl", "--workers", str(workers)]
    base += ["--backlog", "1024", "--backpressure", "2000", "--http1-header-read-timeout", "10000"]
    return [*base, *where, "upstander.ops.asgi:application"]
