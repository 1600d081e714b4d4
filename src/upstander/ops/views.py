"""What machines ask: does the process live, could it take a tip, how is it. No session, no sign-in, no words."""

import hmac

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from upstander import clock
from upstander.config import config
from upstander.ops import pulse
from upstander.ops.models import Heartbeat
from upstander.ops.readiness import readiness


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers; the database is not asked."""
    return JsonResponse({"status": "ok", "process": config().process})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where this process could take a tip now; else 503 with the reasons as codes."""
    reasons = list(readiness().reasons())
    if not config().key_file.is_file():
        reasons.append("keys_missing")
    if pulse.Pulse.own is not None and pulse.Pulse.own.stuck:
        reasons.append("requests_stuck")
    response = JsonResponse(
        {"status": "not ready" if reasons else "ready", "process": config().process, "reasons": reasons},
        status=503 if reasons else 200,
        headers={"Retry-After": "5"} if reasons else None,
    )
    response._has_been_logged = True  # type: ignore[attr-defined] # by `readiness`, once, with the reasons
    return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers in Prometheus' text form, for whoever shows UPSTANDER_METRICS_TOKEN; without one set, not there."""
    token = config().metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        return HttpResponse(status=404)
    now = clock.now()
    silent = set(pulse.silent(now))
    lines = ["# TYPE upstander_silent gauge"]
    lines += [f'upstander_silent{{process="{name}"}} {int(name in silent)}' for name in pulse.PROCESSES]
    for row in Heartbeat.objects.order_by("process"):
        label = f'{{process="{row.process}"}}'
        lines.append(f"upstander_beat_age_seconds{label} {(now - row.beat_at).total_seconds():.1f}")
        lines.append(f"upstander_uptime_seconds{label} {(row.beat_at - row.started_at).total_seconds():.1f}")
        numbers = {k: v for k, v in row.state.items() if isinstance(v, int | float)}
        lines += [
            f"upstander_process_{name}{label} {float(value):g}" for name, value in sorted(numbers.items())
        ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
