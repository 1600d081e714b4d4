"""`upstander doctor`: what is wrong with this installation, and what to do about it."""

import os
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import click
from rich.console import Console
from rich.table import Table

from upstander import clock
from upstander.config import Config, ConfigError, config, described
from upstander.vault.keygen import too_much

Grade = Literal["ok", "warn", "fail"]
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
_SECRETS = (
    "dsn", "smtp_password", "smtp2_password", "sms_password", "sms_token", "sms_status_url", "sms2_password", "sms2_token",
    "sms2_status_url", "sip_password", "sip2_password", "calls_password", "calls2_password", "imap_password", "metrics_token",
    "deadman_url",
)  # fmt: skip
_DISK = 2 * 2**30  # bytes that should be free


class Finding(NamedTuple):
    """What was looked at, how it is, and what is there or what to do."""

    what: str
    grade: Grade
    words: str


def ok(what: str, words: str = "") -> Finding:
    """All is well."""
    return Finding(what, "ok", words)


def warn(what: str, words: str) -> Finding:
    """It works, but."""
    return Finding(what, "warn", words)


def fail(what: str, words: str) -> Finding:
    """It does not work, or must not go on like this."""
    return Finding(what, "fail", words)


@click.command()
@click.option("--settings", is_flag=True, help="List every setting with its meaning, too.")
def doctor(settings: bool) -> None:
    """Look for what is wrong with this installation; exit code 1 where something is."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    found = config()
    if settings:
        console.print(_settings_table(found))
    table = Table("", "what", "is so, or what to do", box=None, pad_edge=False)
    worst: Grade = "ok"
    for finding in _all(found):
        worst = max(worst, finding.grade, key=get_args(Grade).index)
        table.add_row(f"[{_COLOURS[finding.grade]}]{finding.grade}[/]", finding.what, finding.words)
    console.print(table)
    sys.exit(1 if worst == "fail" else 0)


def _settings_table(settings: Config) -> Table:
    """Every variable with its value; a secret's value is not shown."""
    table = Table("variable", "value", "meaning", title="Settings (environment variables)")
    for variable, _, meaning in described():
        name = variable.removeprefix("UPSTANDER_").lower()
        value = getattr(settings, name) if variable.startswith("UPSTANDER_") else os.environ.get(variable)
        secret = name in _SECRETS or variable == "DATABASE_URL"
        table.add_row(
            variable, "(set)" if secret and value else str(value if value is not None else ""), meaning
        )
    return table


def _all(settings: Config) -> Iterator[Finding]:
    yield from _machine(settings)
    yield from _sandbox()
    yield _pack(settings)
    yield from _folders(settings)
    yield from _ports(settings)
    yield from _outside(settings)
    yield from _ways_out(settings)
    yield from _pushes(settings)
    yield from _calls(settings)
    yield from _mail(settings)
    yield from _database(settings)


def _machine(settings: Config) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield (
        ok("Python", version)
        if sys.version_info >= (3, 11)
        else fail("Python", f"{version}: 3.11 or newer is needed")
    )
    place = settings.data if settings.data.exists() else settings.data.parent
    free = shutil.disk_usage(place if place.exists() else "/").free
    words = f"{free / 2**30:.1f} GB free below {settings.data}"
    yield ok("disk", words) if free > _DISK else warn("disk", f"{words}: make room, or the database stops")
    yield _swap()


def _swap() -> Finding:
    """Memory that is written to an unencrypted disk may hold what people wrote."""
    try:
        areas = Path("/proc/swaps").read_text().splitlines()[1:]
    except OSError:
        return warn("swap", "cannot be seen on this system: see that it is encrypted, or off")
    open_areas = [a.split()[0] for a in areas if not a.startswith(("/dev/dm-", "/dev/mapper/", "/dev/zram"))]
    if open_areas:
        return warn(
            "swap",
            f"{', '.join(open_areas)} may not be encrypted: what people write can reach the disk in clear",
        )
    return ok("swap", "encrypted or compressed in memory" if areas else "none")


def _pack(settings: Config) -> Finding:
    from upstander.packs.errors import PackError
    from upstander.packs.kept import in_use

    try:
        found = in_use(settings.pack, settings.data / "packs")
    except PackError as error:
        return fail("pack", f"{len(error.problems)} problems: upstander pack check {settings.pack}")
    pack = found.in_force(clock.now())
    if found.refused:
        broken = f"problems: {len(found.refused)}, refused: upstander pack check {settings.pack}"
        return fail("pack", f"{broken}; in force stays {pack.version}")
    others = f", one of {len(found.packs)} versions" if len(found.packs) > 1 else ""
    return ok("pack", f"{pack.id} {pack.version}{others}")


def _sandbox() -> Iterator[Finding]:
    """Files of reporters are read in a process that can do nothing else; whether this system can make one, and its hashes."""
    from upstander.evidence import sandboxed

    try:
        pdq = sandboxed.makes_pdq()
    except sandboxed.Failed:
        lost = "the sandboxed process does not start: no hash lists, and nobody can look at a picture"
        yield fail("reading of files", lost)
        return
    yield ok("reading of files", "a process that computes and can do nothing else")
    if pdq:
        yield ok("lists of known images", "MD5, SHA-256 and PDQ")
    else:
        without = "MD5 and SHA-256 are compared; PDQ is not, because pdqhash is not installed: make pdq (see Install)"
        yield warn("lists of known images", without)


def _folders(settings: Config) -> Iterator[Finding]:
    if not settings.data.is_dir():
        yield warn("data folder", f"{settings.data} is not there yet: `upstander up` makes it")
        return
    yield ok("data folder", str(settings.data))
    for name in ("keys", "logs", "run"):
        path = settings.data / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield fail(f"folder {name}", f"others may look into it: chmod 700 {path}")
    files = [*(settings.data / "keys").glob("*.json"), settings.data / "pg" / "passwords.json"]
    open_files = [str(f) for f in files if f.exists() and stat.S_IMODE(f.stat().st_mode) & 0o077]
    if open_files:
        yield fail("key files", f"others may read them: chmod 600 {' '.join(open_files)}")
    elif any(f.exists() for f in files):
        yield ok("key files", "closed to others")
    if over := [f"{f.name}: {name}" for f in files for name in too_much(f)]:
        words = f"a secret too many ({', '.join(over)}): bring all key files together and start `upstander up` once (see Keys)"
        yield warn("key files", words)
    if settings.mode == "production" and list((settings.data / "keys").glob("custodian-share-*.json")):
        yield fail("custodians' shares", "hand them to their custodians and remove them from this machine")


def _ports(settings: Config) -> Iterator[Finding]:
    from upstander.ops import processes, rundir

    if rundir.running(settings):
        yield ok("ports", f"Upstander runs at {settings.origin('public')}")
        return
    taken = []
    for process in (*processes.web(settings), processes.INBOUND):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", processes.port(process, settings))) == 0:
                taken.append(str(processes.port(process, settings)))
    yield fail("ports", f"taken: {', '.join(taken)}; set UPSTANDER_PORT") if taken else ok("ports", "free")


def _outside(settings: Config) -> Iterator[Finding]:
    if settings.mode == "sandbox":
        yield ok("mode", "sandbox: nothing leaves this machine")
        return
    yield ok("mode", "production")
    yield ok("mail", settings.smtp_host) if settings.smtp_host else fail("mail", "set UPSTANDER_SMTP_HOST")
    if settings.smtp_host and settings.smtp_tls == "none":
        yield warn("mail", "the line to the mail server is not protected: set UPSTANDER_SMTP_TLS")
    if not settings.https:
        yield fail("https", "set UPSTANDER_HTTPS=true behind TLS: without it cookies travel in clear")
    if not settings.deadman_url:
        yield warn(
            "dead-man's switch", "nobody outside notices when this machine is gone: set UPSTANDER_DEADMAN_URL"
        )
    if settings.audit_heads is None:
        yield warn("audit heads", "they stay on this machine: set UPSTANDER_AUDIT_HEADS to a file on another")


def _calls(settings: Config) -> Iterator[Finding]:
    from upstander.delivery.caller.checks import checks
    from upstander.packs.errors import PackError
    from upstander.packs.loader import load

    try:
        languages = tuple(load(settings.pack).texts)
    except PackError:  # said above
        languages = ("en",)
    yield from (Finding("calls", *found) for found in checks(settings, languages))


def _mail(settings: Config) -> Iterator[Finding]:
    from upstander.inbound.mail_doctor import checks
    from upstander.ops import rundir

    yield from (Finding("mail in", *found) for found in checks(settings, at_work=rundir.running(settings)))


def _database(settings: Config) -> Iterator[Finding]:
    from upstander.ops import rundir
    from upstander.ops.reach import database

    at_work = rundir.running(settings)  # before a database is started for this command
    with ExitStack() as stack:
        try:
            dsn = stack.enter_context(database(settings))
        except ConfigError as error:
            yield warn("database", str(error).splitlines()[0])
            return
        os.environ["UPSTANDER_DSN"] = dsn
        config.cache_clear()
        try:
            yield from _asked(at_work)
        except ConfigError as error:  # such as a key file that cannot be read
            yield fail("configuration", str(error))


def _asked(at_work: bool) -> Iterator[Finding]:
    import django
    from django.db import OperationalError

    django.setup()
    try:
        yield from _inside()
        if at_work:
            yield from _pulses()
            yield from _carriers()
            yield _call_sheet()
            yield _supervisors()
    except OperationalError as error:
        yield fail("database", f"cannot be reached: {str(error).splitlines()[0]}")


def _inside() -> Iterator[Finding]:
    from django.db import connection

    from upstander.ops.readiness import readiness

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    major = int(version.split(".")[0])
    words = f"PostgreSQL {version}, {size / 2**20:.0f} MB"
    yield ok("database", words) if major >= 15 else fail("database", f"{words}: 15 or newer is needed")
    reasons = readiness().reasons()
    yield (
        fail("database settings", ", ".join(reasons))
        if reasons
        else ok("database settings", "durable, up to date")
    )


def _supervisors() -> Finding:
    """Whether anybody of the programme is reached at night by more than mail."""
    from upstander.people import reach

    what, standing = "supervisors by night", reach.supervisors()
    without = [one.account.name for one in standing if not one.any]
    old = [one.account.name for one in standing if one.any and one.due]
    if standing and len(without) < len(standing):
        words = f"on numbers of their own: {len(standing) - len(without)} of {len(standing)}"
        return warn(what, f"{words}; to be looked at again: {', '.join(old)}") if old else ok(what, words)
    if config().on_call_number:
        return warn(what, "on the duty telephone alone: enter numbers of their own (the desk, Reached at night)")
    return warn(what, "by mail alone: set UPSTANDER_ON_CALL_NUMBER, and enter numbers of their own (the desk, Reached at night)")


def _pulses() -> Iterator[Finding]:
    from upstander.ops import pulse

    silent = pulse.silent(clock.now())
    logs = config().data / "logs"
    yield (
        fail("processes", f"silent: {', '.join(silent)}; see {logs}")
        if silent
        else ok("processes", "all at work")
    )


def _ways_out(settings: Config) -> Iterator[Finding]:
    """Whether mail and texts can leave, and texts come in."""
    from upstander.delivery.carriers import checks

    yield from (Finding("mail out", *found) for found in checks.mail(settings))
    yield from (Finding("text messages", *found) for found in checks.texts(settings))


def _pushes(settings: Config) -> Iterator[Finding]:
    """Whether phones can be told that there is news: whether a push service that we know by name answers."""
    from upstander.delivery import lanes
    from upstander.delivery.carriers.base import CarrierError
    from upstander.delivery.carriers.outward import OutwardLine

    lane = lanes.push(settings)
    if lane is None or lane.carrier == "sandbox":
        yield ok("pushes", "kept in the sandbox" if lane else "none: UPSTANDER_PUSH is off")
        return
    for host in settings.push_services.replace(",", " ").split():
        if "*" in host:  # which of them, only a browser knows
            continue
        try:
            status, _ = OutwardLine(settings).ask("GET", f"https://{host}/")
        except CarrierError as error:
            yield fail("pushes", f"{host} does not answer ({error.code}): may the relay reach it by HTTPS?")
        else:
            yield fail("pushes", f"{host}: {status}") if status >= 500 else ok("pushes", f"{host} answers")


def _carriers() -> Iterator[Finding]:
    """How each carrier fares, as relay and caller saw it last."""
    from upstander.delivery.queries import carriers

    for carrier in carriers():
        name = f"carrier {carrier.name}"
        words = f"{carrier.reason}: {carrier.failures_in_a_row} failures in a row, the last: {carrier.error}"
        yield fail(name, words) if carrier.red else ok(name, "well")


def _call_sheet() -> Finding:
    """Whether the sheet from which people call when nothing else works is written, and lies where it can be read."""
    from upstander.actions import callsheet, callsheet_keep

    place, state = callsheet_keep.folder(), callsheet.state()
    if state.late is not None:
        old = f"not written for {int(state.late.total_seconds() // 60)} minutes"
        return fail("call sheet", f"{old}: can the worker write to {place}? See {config().data / 'logs'}")
    if state.read_at is None:
        return warn("call sheet", "not written yet: the worker has just begun")
    if place.is_dir() and callsheet_keep.open_to_others(place):
        return warn("call sheet", f"others may look into {place}, which was there before: chmod 700, unless you mean it so")
    words = f"written every minute to {place}"
    if config().call_sheet is None and config().mode == "production":
        return warn("call sheet", f"{words}, which is lost with this machine: set UPSTANDER_CALL_SHEET")
    return ok("call sheet", words)
