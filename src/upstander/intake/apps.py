from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "upstander.intake"
    label = "intake"
    verbose_name = "Intake"

    def ready(self) -> None:
        """Listen for what happens to files, and for what the desk says: phones that asked are told."""
        from datetime import timedelta

        from upstander.delivery.services import register
        from upstander.intake import push
        from upstander.intake.suspected import tell_reporter
        from upstander.ops import chores, events

        events.on("evidence.sealed", tell_reporter)
        register(push.PURPOSE, push.render)
        events.on("intake.said", push.said)
        events.on("delivery.failed", push.failed)
        chores.register("push", timedelta(minutes=5), push.clear)
