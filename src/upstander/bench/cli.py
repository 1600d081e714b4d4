"""`upstander bench`, in a checkout with its development dependencies."""

import os
import sys
from importlib import import_module
from typing import Any

import click

from upstander.config import ROOT


def _found() -> click.Command:
    """The real command from the checkout's bench folder; raises ClickException where there is none."""
    if not (ROOT / "bench" / "cli.py").exists():
        raise click.ClickException("The benches are part of a checkout: git clone, then make bench.")
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    import django

    django.setup()
    found: click.Command = import_module("bench.cli").bench
    return found


def _not_installed(error: ModuleNotFoundError) -> Exception:
    """In words, where what is missing is a package that only development needs; else the error itself."""
    if (error.name or "").partition(".")[0] in ("upstander", "bench"):
        return error
    return click.ClickException(
        f"The benches need packages that `make install` leaves out ({error.name} is missing). "
        "`make bench` installs them and measures everything; after `make install-dev` this command works, too."
    )


class _Later(click.Command):
    """Reads the checkout only when asked."""

    def invoke(self, ctx: click.Context) -> Any:
        found = _found()
        with found.make_context("bench", [*ctx.args], parent=ctx.parent) as inner:
            try:
                return found.invoke(inner)
            except ModuleNotFoundError as error:
                raise _not_installed(error) from None


bench = _Later(
    "bench",
    help="Measure this machine; the figures of bench/RESULTS.md. "
    "PARTS: intake, dispatch, circulation, search, texts, calls, growth, officer, preparedness, signals, protocol, all.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
