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
        raise click.ClickException(
            "The benches are part of a checkout: git clone, make install-dev, make bench."
        )
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    import django

    django.setup()
    found: click.Command = import_module("bench.cli").bench
    return found


class _Later(click.Command):
    """Reads the checkout only when asked."""

    def invoke(self, ctx: click.Context) -> Any:
        found = _found()
        with found.make_context("upstander bench", [*ctx.args], parent=ctx.parent) as inner:
            return found.invoke(inner)


bench = _Later(
    "bench",
    help="Measure this machine; the figures of bench/RESULTS.md. PARTS: intake, dispatch, growth, signals, all.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
)
