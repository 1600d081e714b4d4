"""Whoever adds a suggestion adds one that nobody has decided: a process of readers writes no line for the pack by way of the table."""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION library_suggestion_is_new() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'new' OR NEW.reason <> '' OR NEW.sealed_entry IS NOT NULL OR NEW.decided_at IS NOT NULL
        OR NEW.decided_by IS NOT NULL OR (NEW.origin = 'public') <> (NEW.account_id IS NULL) THEN
        RAISE EXCEPTION 'a suggestion begins undecided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER library_suggestion_is_new BEFORE INSERT ON library_suggestion
FOR EACH ROW EXECUTE FUNCTION library_suggestion_is_new();
"""
_BACKWARD = "DROP TRIGGER library_suggestion_is_new ON library_suggestion; DROP FUNCTION library_suggestion_is_new()"


class Migration(migrations.Migration):
    dependencies = [("library", "0001_links_and_suggestions")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
