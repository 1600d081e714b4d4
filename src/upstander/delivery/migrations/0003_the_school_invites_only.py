"""The school origin's login owes invitations and nothing else: whoever captures it must not get in the way of a notice.

A row made beforehand for the correction of a notice, already "sent", would keep the true one from leaving.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION delivery_refuse_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: the school login owes invitations only';
END $$;
CREATE TRIGGER delivery_school_invites_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_school' AND NEW.purpose <> 'invitation')
    EXECUTE FUNCTION delivery_refuse_school();
"""
_BACKWARD = """
DROP TRIGGER delivery_school_invites_only ON delivery_delivery;
DROP FUNCTION delivery_refuse_school();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_delivery_delivery_by_sent_at")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
