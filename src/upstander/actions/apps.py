from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "upstander.actions"
    label = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        """Register this room's mails with the one door out, and listen to what becomes of them."""
        from upstander.actions import mailed, render
        from upstander.delivery.services import register
        from upstander.ops.events import on

        register("notice", render.notice)
        register("raised", render.raised)
        register("narrative", render.narrative)
        register("stand_down", render.stand_down)
        on("delivery.sent", mailed.sent)
        on("delivery.failed", mailed.failed)
