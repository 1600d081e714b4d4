"""A feed's address and a telephone are their member's own: the staff's hand may end newsletters, which a link in a mail asks for, and
plants nothing (S-levels). Rights on columns cannot say it, for an officer who is a member has them for their own row."""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION circulation_choice_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF network_level() = 9 AND NEW.member_id IS DISTINCT FROM network_member() THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: where a member is told is for the member to say';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER circulation_choice_own BEFORE UPDATE OF text_to, feed_digest, feed_made_at ON circulation_choice FOR EACH ROW
    WHEN (OLD.text_to IS DISTINCT FROM NEW.text_to OR OLD.feed_digest IS DISTINCT FROM NEW.feed_digest
          OR OLD.feed_made_at IS DISTINCT FROM NEW.feed_made_at)
    EXECUTE FUNCTION circulation_choice_own();
DROP POLICY own ON circulation_device;
CREATE POLICY own ON circulation_device USING (network_level() = -1 OR member_id = network_member());
CREATE POLICY counted ON circulation_device FOR SELECT USING (network_level() = 9);
"""
_BACKWARD = """
DROP POLICY counted ON circulation_device;
DROP POLICY own ON circulation_device;
CREATE POLICY own ON circulation_device USING (network_level() IN (-1, 9) OR member_id = network_member());
DROP TRIGGER circulation_choice_own ON circulation_choice;
DROP FUNCTION circulation_choice_own();
"""


class Migration(migrations.Migration):
    dependencies = [("circulation", "0004_feedback")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
