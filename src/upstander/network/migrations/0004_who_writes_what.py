"""What the database itself refuses: LES for whoever is not sworn and vouched for by their agency; and one member's hand in another's
rows."""

from django.db import migrations

_FORWARD = r"""
CREATE FUNCTION network_les_for_the_sworn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM network_member m JOIN network_agencycheck c ON c.member_id = m.id AND c.discipline = m.discipline
        WHERE m.id = NEW.member_id AND m.sworn AND c.ended_at IS NULL AND c.second_at IS NOT NULL
    ) THEN
        RAISE check_violation USING MESSAGE = 'LES is for the sworn whose agency two persons asked (S-levels)';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER network_les_for_the_sworn BEFORE INSERT OR UPDATE OF level, member_id, starts_at ON network_entitlement FOR EACH ROW
    WHEN (NEW.level >= 2) EXECUTE FUNCTION network_les_for_the_sworn();

CREATE FUNCTION network_les_ends_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM network_entitlement WHERE member_id = NEW.id AND level >= 2 AND ends_at IS NULL) THEN
        RAISE check_violation USING MESSAGE = 'LES ends before somebody is another kind of member (S-levels)';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER network_les_ends_first BEFORE UPDATE OF sworn, discipline ON network_member FOR EACH ROW
    WHEN (NEW.discipline <> OLD.discipline OR (OLD.sworn AND NOT NEW.sworn)) EXECUTE FUNCTION network_les_ends_first();

ALTER TABLE network_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON network_member FOR SELECT USING (true);
CREATE POLICY made ON network_member FOR INSERT WITH CHECK (network_level() = 9);
CREATE POLICY own ON network_member FOR UPDATE USING (network_level() = 9 OR id = network_member());
ALTER TABLE network_signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON network_signature FOR SELECT USING (true);
CREATE POLICY own ON network_signature FOR INSERT WITH CHECK (network_level() = 9 OR member_id = network_member());
CREATE POLICY joined ON network_signature FOR UPDATE USING (network_level() = 9);
ALTER TABLE network_attestation ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON network_attestation FOR SELECT USING (true);
CREATE POLICY own ON network_attestation FOR INSERT WITH CHECK (member_id = network_member());
"""
_BACKWARD = """
DROP POLICY own ON network_attestation; DROP POLICY seen ON network_attestation;
ALTER TABLE network_attestation DISABLE ROW LEVEL SECURITY;
DROP POLICY joined ON network_signature; DROP POLICY own ON network_signature;
DROP POLICY seen ON network_signature;
ALTER TABLE network_signature DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON network_member; DROP POLICY made ON network_member; DROP POLICY seen ON network_member;
ALTER TABLE network_member DISABLE ROW LEVEL SECURITY;
DROP TRIGGER network_les_ends_first ON network_member;
DROP FUNCTION network_les_ends_first();
DROP TRIGGER network_les_for_the_sworn ON network_entitlement;
DROP FUNCTION network_les_for_the_sworn();
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0003_membership")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
