from datetime import timedelta

from django.apps import AppConfig


class RepositoryConfig(AppConfig):
    name = "upstander.repository"
    label = "repository"
    verbose_name = "Repository"

    def ready(self) -> None:
        """Stand in the header; say what this room mails, and what the worker does for it."""
        from django.utils.translation import gettext_lazy as _

        from upstander.delivery.services import register_many
        from upstander.network import pages
        from upstander.ops import chores
        from upstander.repository import alerts, looking

        register_many(looking.PURPOSE, alerts.mails)
        chores.register("repository.kept", timedelta(seconds=20), looking.turn)
        pages.register("repository_find", _("Find"), 5, top=True)
