"""The command `upstander`. Each subcommand is loaded when it is used: `--help` needs neither database nor keys."""

import errno
import os
import sys
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from upstander.config import ConfigError, config
from upstander.ops import processes, rundir

_DISK = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)


class Room(NamedTuple):
    """Where a room's command is, what it needs, and a line for the list."""

    module: str
    needs: str  # nothing, django, database
    help: str


ROOMS = {
    "directory": Room("upstander.directory.cli", "database", "The directory: import, gaps, network status."),
    "pack": Room("upstander.replay", "nothing", "The jurisdiction's pack: check it, show it, compare versions."),
    "protocol": Room("upstander.protocol.cli", "nothing", "The directive: what it demands, and why."),
    "signals": Room("upstander.signals.cli", "nothing", "What a sentence would suggest, and by which words."),
    "people": Room("upstander.people.cli", "database", "Accounts: the first one, and a way back in."),
    "preparedness": Room("upstander.preparedness.cli", "database", "Drills and plans: the counts of the state."),
    "evidence": Room("upstander.evidence.cli", "database", "Sealed files: lists of known images."),
    "audit": Room("upstander.annual", "database", "The sealed record: verify it; the year's duties and referrals."),
    "bench": Room("upstander.bench.cli", "nothing", "Measure this machine; the figures of bench/RESULTS.md."),
    "demo": Room("upstander.demo.cli", "database", "The fictional state of the sandbox."),
    "exercise": Room("upstander.exercises.cli", "database", "Scripted exercises on the practice system, and their reports."),
    "doctor": Room("upstander.doctor", "nothing", "Look for what is wrong with this installation."),
}


class Rooms(click.Group):
    """A group whose commands are found when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ROOMS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in ROOMS:
            return own
        room = ROOMS[cmd_name]
        if room.needs != "nothing":
            _with_django(ctx, database=room.needs == "database" and not _only_help())
        if find_spec(room.module) is None:
            raise click.ClickException(f"'{cmd_name}' is not part of this installation")
        found = vars(import_module(room.module)).values()
        commands = [value for value in found if isinstance(value, click.Command)]
        return next((c for c in commands if c.name == cmd_name), commands[0])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = {name: room.help for name, room in ROOMS.items()}
        rows |= {
            name: command.get_short_help_str(90)
            for name, command in self.commands.items()
            if not command.hidden
        }
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows.items()))


def _only_help() -> bool:
    return "--help" in sys.argv


def _with_django(ctx: click.Context, *, database: bool) -> None:
    """Django set up, with the owner's address of the database where the command needs it."""
    if database:
        from upstander.ops.reach import database as reach

        stack = ExitStack()
        ctx.call_on_close(stack.close)
        os.environ["UPSTANDER_DSN"] = stack.enter_context(reach(config()))
        config.cache_clear()
    import django

    django.setup()


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="upstander", prog_name="upstander")
def cli() -> None:
    """Upstander: a school-safety programme. Tip line, desk, directive, response, network.

    `upstander up` starts everything on this machine. Settings are environment variables; `upstander doctor` lists them.
    """


@cli.command()
@click.option("--port", type=click.IntRange(1, 65530), help="Public pages and API; desk on +1, school on +2, carriers on +3.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for database, keys and logs.")
def up(port: int | None, data: Path | None) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    if port is not None:
        os.environ["UPSTANDER_PORT"] = str(port)
    if data is not None:
        os.environ["UPSTANDER_DATA"] = str(data)
    if "UPSTANDER_DATA" in os.environ:
        os.environ["UPSTANDER_DATA"] = os.path.abspath(os.environ["UPSTANDER_DATA"])
    config.cache_clear()
    import_module("upstander.up").up(config())


@cli.command()
@click.argument("process", type=click.Choice([*processes.ALL, processes.NETWORK, "prepare"]))
def run(process: str) -> None:
    """Run one PROCESS in the foreground, for a service unit.

    It needs UPSTANDER_DSN (its own database address) and its own key file. `prepare`, with the address of the tables'
    owner, brings tables, rights and static files up to date, and ends.
    """
    os.environ["UPSTANDER_PROCESS"] = "admin" if process == "prepare" else process
    config.cache_clear()
    settings = config()
    if not settings.dsn:
        raise ConfigError("UPSTANDER_DSN: not set; a process needs its own database address")
    import_module("upstander.ops.reach").checked("UPSTANDER_DSN", settings.dsn)
    if process == "prepare":
        from upstander.ops import prepare
        from upstander.packs.kept import keep

        keep(settings.pack, settings.data / "packs")
        prepare.main()
    elif process in processes.LOOPS:
        import django

        from upstander.ops.logs import uncaught_too

        django.setup()
        uncaught_too()
        module, name = processes.LOOPS[process].split(":")
        sys.exit(getattr(import_module(module), name)())
    else:
        if process == "events":
            rundir.folder(settings)
            processes.events_socket(settings).unlink(missing_ok=True)  # a killed predecessor's
        argv = processes.command(process, settings)
        os.execv(argv[0], argv)  # noqa: S606 - a fixed command


@cli.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def manage(ctx: click.Context, arguments: tuple[str, ...]) -> None:
    """Django's own commands, as the owner of the tables: `upstander manage migrate`."""
    with_database = bool(arguments) and not {"help", "--help", "-h", "--version"} & set(arguments)
    _with_django(ctx, database=with_database)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["upstander manage", *(arguments or ("help",))])


def main() -> None:
    """The console script: what is wrong around us (configuration, database, disk) is told in words, with exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    try:
        cli()
    except Exception as error:
        words = _words_for(error)
        if words is None:
            raise
        click.echo(f"upstander: {words}", err=True)
        sys.exit(2)


def _words_for(error: Exception) -> str | None:
    """What a person can do something about; None for a fault of ours, which is shown whole."""
    if isinstance(error, ConfigError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _DISK and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}"
    from django.db import OperationalError
    from psycopg import OperationalError as Unreachable

    from upstander.packs.errors import PackError

    if isinstance(error, OperationalError | Unreachable):
        return f"The database cannot be reached: {str(error).strip()}"
    return f"The pack cannot be used:\n{error}" if isinstance(error, PackError) else None
