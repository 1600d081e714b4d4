"""The library: what helps, what a word means, letters to families (R-library, S-terms). What it says is the pack's; its
tables hold whether addresses answer, and what people suggest."""

from datetime import timedelta

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "upstander.library"
    label = "library"
    verbose_name = "Library"

    def ready(self) -> None:
        """Put the look at addresses among the worker's chores."""
        from upstander.library import checking
        from upstander.ops import chores

        chores.register("library.links", timedelta(seconds=5), checking.turn)
