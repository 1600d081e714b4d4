from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "upstander.intake"
    label = "intake"
    verbose_name = "Intake"

    def ready(self) -> None:
        """Listen for what happens to files."""
        from upstander.intake.suspected import tell_reporter
        from upstander.ops import events

        events.on("evidence.sealed", tell_reporter)
