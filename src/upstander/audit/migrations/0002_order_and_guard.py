"""The order of sealing has an index, a seal says how far it went, and nobody but the owner can change or remove a row."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# A further layer below the grants. The owner can take it away: `upstander audit verify` says so.
GUARD = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RAISE EXCEPTION 'what is in % is never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
NO_GUARD = """
DROP TRIGGER audit_guard ON audit_seal;
DROP TRIGGER audit_guard ON audit_entry;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField("seal", "marks", models.BinaryField(default=bytes)),
        migrations.AddField("seal", "upto", models.BigIntegerField(default=0)),
        migrations.AddIndex("entry", models.Index(fields=["cluster", "xid", "id"], name="audit_entry_order")),
        migrations.AddIndex(
            "entry", django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_entry_at")
        ),
        migrations.AddIndex("seal", models.Index(fields=["cluster", "n"], name="audit_seal_cluster")),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
