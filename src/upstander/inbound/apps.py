from datetime import timedelta

from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "upstander.inbound"
    label = "inbound"
    verbose_name = "Inbound"

    def ready(self) -> None:
        """Open the doors, say who routes what, who renders what, and what the worker clears away."""
        from upstander.inbound import answers, call_doors, mail_ready, prompts
        from upstander.ops import chores
        from upstander.ops.events import on

        self._texts()
        call_doors.open_doors()
        mail_ready.connect()
        on("intake.said", answers.said)
        chores.register("inbound.prompts", timedelta(hours=1), prompts.clear)
        chores.register("inbound.threads", timedelta(hours=1), answers.forget)

    def _texts(self) -> None:
        from upstander.delivery import texting
        from upstander.delivery.services import register
        from upstander.inbound import answers, prompts, text_doors, text_media, text_take, threads
        from upstander.inbound.routing import apart
        from upstander.inbound.routing import register as route

        text_doors.open_doors()
        route(text_doors.TEXT, text_take.take)
        route(text_doors.REPORT, text_take.report)
        apart(text_media.CHANNEL)
        register(prompts.PURPOSE, prompts.render)
        register(answers.PURPOSE, answers.render)
        texting.ask_first(threads.wants_none)
