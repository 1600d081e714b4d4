"""Of a tip's words the relay gets one that the desk has said, where somebody is to be told it by a carrier; no other, of no other tip.

Whoever takes over the relay holds what opens receipts of conversations by mail and text. It shall not find what reporters wrote there.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION inbound_answer(message uuid) RETURNS TABLE (tip_id uuid, body bytea) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT m.tip_id, m.body FROM intake_message m JOIN inbound_thread t ON t.tip_id = m.tip_id
    WHERE m.id = message AND m.sender = 'desk'
$$;
REVOKE ALL ON FUNCTION inbound_answer(uuid) FROM PUBLIC;
"""
_BACKWARD = "DROP FUNCTION inbound_answer(uuid)"


class Migration(migrations.Migration):
    dependencies = [("inbound", "0002_prompt_stop"), ("intake", "0007_who_submitted")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
