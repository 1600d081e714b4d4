from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "upstander.inbound"
    label = "inbound"
    verbose_name = "Inbound"

    def ready(self) -> None:
        """Open the doors, say who routes what, and who renders what."""
        from upstander.delivery.services import register
        from upstander.inbound import answers, mail_ready
        from upstander.ops.events import on

        mail_ready.connect()
        register(answers.PURPOSE, answers.render)
        on("intake.said", answers.said)
