from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "upstander.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        """Say who has business at the network's origin, what this room mails, what the worker does for it, and what it hears."""
        from django.utils.translation import gettext_lazy as _

        from upstander.delivery.services import register
        from upstander.network import bounced, chores, mails, pages, standing
        from upstander.ops import chores as worker
        from upstander.ops import events
        from upstander.people import access

        access.BUSINESS["network"] = standing.has_business
        pages.register("network_home", _("Start"), 0)
        pages.register(
            "network_me", _("My membership"), 90, own=True,
            says=_("What you may read, your topics, how you are told."),
        )
        pages.register("network_members", _("Applications and members"), 80, staff=True)
        pages.register("library", _("Resources"), 62, says=_("Pages, guides, trainings and laws that help keep schools safe."))
        for purpose, render in mails.RENDERERS.items():
            register(purpose, render)
        worker.register("network", chores.EVERY, chores.turn)
        worker.register("forgotten.network", chores.FORGOTTEN_EVERY, chores.forgotten)
        events.on("delivery.failed", bounced.failed)
