from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "upstander.exchange"
    label = "exchange"
    verbose_name = "Exchange"

    def ready(self) -> None:
        """Put this room's pages into the header, and the reading of feeds among the worker's chores."""
        from upstander.exchange import fetching, polling
        from upstander.network import pages
        from upstander.ops import chores

        chores.register("exchange.feeds", timedelta(seconds=5), fetching.turn)
        chores.register("exchange.collections", timedelta(seconds=5), polling.turn)
        pages.register(
            "exchange_items", _("Other programs"), 60,
            says=_("What fire service, emergency management and other states publish."),
        )
        pages.register("exchange_feeds", _("Feeds"), 160, staff=True)
        pages.register("exchange_states", _("Other states"), 165, staff=True)
