from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "upstander.actions"
    label = "actions"
    verbose_name = "Actions"

    def ready(self) -> None:
        """Register this room's mails with the one door out, and listen to what becomes of them; say what the worker does."""
        self._chores()
        self._mails()

    def _chores(self) -> None:
        from datetime import timedelta

        from upstander.actions import (
            callsheet_keep,
            devices,
            escalation,
            measuring,
            pushed,
            pushes,
            reachability,
            replaying,
            webhooks,
        )
        from upstander.ops import chores

        chores.register("measures", timedelta(seconds=5), measuring.quick)
        chores.register("measures.slow", timedelta(minutes=1), measuring.slow)
        chores.register("reachability", timedelta(seconds=10), reachability.turn)
        chores.register("escalation", timedelta(seconds=5), escalation.criticals)
        chores.register("escalation.slow", timedelta(minutes=1), escalation.others)
        chores.register("webhooks", timedelta(seconds=2), webhooks.turn)
        chores.register("pushes", timedelta(seconds=2), pushed.turn)
        chores.register("devices", timedelta(minutes=1), devices.clear)
        chores.register("pushes.old", timedelta(hours=1), pushes.clear)
        chores.register("replays", timedelta(seconds=2), replaying.turn)
        chores.register("call_sheet", callsheet_keep.LOOK, callsheet_keep.Keeper().turn)

    def _mails(self) -> None:
        from upstander.actions import (
            called,
            clocks,
            corrected,
            devices,
            escalation_mail,
            escalation_phone,
            held,
            mailed,
            push_models,
            pushed,
            render,
            texted,
            webhooks,
        )
        from upstander.delivery.caller import speaking
        from upstander.delivery.services import register, register_many
        from upstander.ops.events import on

        register_many("notice", render.notices)
        register(texted.PURPOSE, texted.render)
        register(texted.AT_ONCE, texted.asked)
        register(corrected.TEXT, corrected.text)
        register(webhooks.PURPOSE, webhooks.render)
        register(push_models.PURPOSE, pushed.render)
        register(push_models.TRIED, pushed.render)
        register_many("raised", render.raised)
        register_many("narrative", render.narratives)
        register_many("stand_down", render.stand_downs)
        register_many("escalation", escalation_mail.steps)
        register_many("escalation_over", escalation_mail.over)
        register(escalation_phone.TEXT, escalation_phone.text)
        register(escalation_phone.OVER_TEXT, escalation_phone.over_text)
        speaking.register(escalation_phone.CALL, escalation_phone.call, escalation_phone.pressed)
        speaking.register(escalation_phone.OVER_CALL, escalation_phone.over_call, escalation_phone.nothing)
        speaking.register(called.PURPOSE, called.call, called.pressed)
        speaking.register(corrected.CALL, corrected.call, corrected.pressed)
        on("delivery.called", called.happened)
        on("delivery.called", corrected.happened)
        on("delivery.called", escalation_phone.happened)
        on("delivery.calling", called.under_way)
        on("delivery.bridged", called.bridged)
        on("delivery.sent", mailed.sent)
        on("delivery.failed", mailed.failed)
        on("delivery.failed", devices.failed)
        on("evidence.handed_over", held.handed_over)
        on("actions.judged", held.judged)
        on("evidence.handed_over", clocks.handed_over)
