"""The desk brings what a voicemail box has exported: until a tip has taken it over it lies sealed under a key that is stored nowhere."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("upstander.evidence.migrations.0003_router_brings")._READABLE.replace(
    "__PUBLIC__", "IN ('public', 'router')"
)
_DESK = "IF login = 'desk' THEN RETURN found.id IS {} found.state = 'quarantined'; END IF;"


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_router_brings")]
    operations = [
        migrations.RunSQL(_BEFORE.replace(_DESK.format("NOT NULL AND"), _DESK.format("NULL OR")), _BEFORE)
    ]
