from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "upstander.forum"
    label = "forum"
    verbose_name = "Forum"

    def ready(self) -> None:
        """Put this room's pages into the header; register its mail with the one door out, and the worker's chore."""
        from datetime import timedelta

        from django.utils.translation import gettext_lazy as _

        from upstander.delivery.services import register
        from upstander.forum import drafting, handing, queries, terms, words
        from upstander.network import known, pages
        from upstander.ops import chores

        known.also(terms.ordinary)
        handing.register(drafting.begin, drafting.address)
        register(words.PURPOSE, words.render)
        chores.register("forum.due", timedelta(minutes=1), words.turn)
        pages.tell(queries.waiting)
        pages.register("forum", _("Forum"), 40, says=_("Share something, ask for information, discuss, find peers."))
        pages.register("forum_desk", _("Forum desk"), 140, staff=True)
