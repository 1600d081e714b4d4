"""The worker owes posts to organisations' systems and pushes to phones as it owes reminders; the school origin owes only those pushes
by which somebody tries their phone (delivery's migrations 0003 and 0004). And a message whose subject is a step of escalation, or
a push, is refused for who is left out of the tip, as every other is (0013).

It takes one lock, the outbox's, and keeps readers out of nothing: no running process waits for what it holds.
"""

from django.db import migrations

_WORKER = """
CREATE OR REPLACE TRIGGER delivery_worker_reminds_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_worker' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_worker();
"""
_REMINDERS = "'escalation', 'notice_sms', 'notice_call', 'reverify', 'escalation_sms', 'escalation_call'"
_SCHOOL = """
CREATE OR REPLACE TRIGGER delivery_school_invites_only BEFORE INSERT ON delivery_delivery FOR EACH ROW
    WHEN (right(current_user, 7) = '_school' AND NEW.purpose NOT IN ({}))
    EXECUTE FUNCTION delivery_refuse_school();
"""
# How the last push to each phone of an account stands: all that the school origin may read of the outbox beside webhooks' posts.
_PUSHES = """
CREATE OR REPLACE FUNCTION actions_device_pushes(account bigint)
RETURNS TABLE (browser uuid, at timestamptz, state varchar, last_error varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (v.browser) v.browser, last.at, d.state, d.last_error
    FROM directory_device v
    CROSS JOIN LATERAL (SELECT p.id, p.at FROM actions_contactpush p WHERE p.device_id = v.id ORDER BY p.at DESC LIMIT 1) last
    JOIN delivery_delivery d ON d.subject_id = last.id AND d.purpose IN ('contact_push', 'device_push')
    WHERE v.account_id = account ORDER BY v.browser, last.at DESC, last.id DESC
$$;
REVOKE ALL ON FUNCTION actions_device_pushes(bigint) FROM PUBLIC;
"""
_LEFT_OUT = """
CREATE OR REPLACE FUNCTION actions_tells_nobody_left_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    tip uuid;
    contact bigint;
BEGIN
    IF TG_TABLE_NAME = 'actions_notice' THEN
        contact := NEW.contact_id;
        SELECT r.tip_id INTO tip FROM actions_referral r WHERE r.id = NEW.referral_id;
    ELSIF TG_TABLE_NAME = 'actions_requiredaction' THEN
        contact := substring(NEW.target_ref from '^[0-9]{{1,18}}$')::bigint;
        tip := NEW.tip_id;
    {pushes}ELSE
        contact := substring(NEW.address_key from '^contact:([0-9]{{1,18}})$')::bigint;
        SELECT coalesce(
            (SELECT a.tip_id FROM actions_requiredaction a WHERE a.id = NEW.subject_id),
            (SELECT r.tip_id FROM actions_notice n JOIN actions_referral r ON r.id = n.referral_id WHERE n.id = NEW.subject_id),
            (SELECT r.tip_id FROM actions_release l JOIN actions_notice n ON n.id = l.notice_id
                JOIN actions_referral r ON r.id = n.referral_id WHERE l.id = NEW.subject_id){steps}) INTO tip;
    END IF;
    IF actions_left_out(tip, contact) THEN
        RAISE check_violation USING MESSAGE = 'a contact who is left out of a tip is told nothing of it';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER actions_delivery_left_out BEFORE INSERT OR UPDATE OF state, subject_id, address_key ON delivery_delivery
    FOR EACH ROW WHEN (NEW.state = 'pending' AND ({keys}))
    EXECUTE FUNCTION actions_tells_nobody_left_out();
"""
# Whose phone it is says the notice: what a push carries is no contact's address.
_OF_A_PUSH = """ELSIF NEW.address_key LIKE 'device:%' THEN
        SELECT n.contact_id, r.tip_id INTO contact, tip FROM actions_contactpush p
            JOIN actions_notice n ON n.id = p.notice_id JOIN actions_referral r ON r.id = n.referral_id
            WHERE p.id = NEW.subject_id;
    """
_OF_A_STEP = """,
            (SELECT r.tip_id FROM actions_escalationstep s JOIN actions_notice n ON n.id = s.notice_id
                JOIN actions_referral r ON r.id = n.referral_id WHERE s.id = NEW.subject_id)"""
_KEYS = "NEW.address_key LIKE 'contact:%'"


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0022_pushes"),
        ("delivery", "0009_two_carriers_of_calls"),
    ]
    operations = [
        migrations.RunSQL(
            _WORKER.format(f"{_REMINDERS}, 'webhook', 'contact_push'")
            + _SCHOOL.format("'invitation', 'device_push'"),
            _WORKER.format(_REMINDERS) + _SCHOOL.format("'invitation'"),
        ),
        migrations.RunSQL(
            _LEFT_OUT.format(
                pushes=_OF_A_PUSH, steps=_OF_A_STEP, keys=f"{_KEYS} OR NEW.address_key LIKE 'device:%'"
            ),
            _LEFT_OUT.format(pushes="", steps="", keys=_KEYS),
        ),
        migrations.RunSQL(_PUSHES, "DROP FUNCTION actions_device_pushes(bigint)"),
    ]
