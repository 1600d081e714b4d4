from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "upstander.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        """Say to the room below which tips' files are looked at by nobody."""
        from upstander.desk.images import judged_so
        from upstander.evidence import looking

        looking.forbid(judged_so)
