"""A file is kept by whoever brought it, and shown with what it belongs to: each room above adds its own policy (decision 139)."""

from django.db import migrations

_ARRIVED = "EXISTS (SELECT 1 FROM network_upload u WHERE u.id = {})"
# What arrives is sealed under keys that only its tokens hold: the process that takes it in needs all of it, nobody else any.
_TAKES = "current_user ~ '_(network|network_open|network_fouo|network_les|network_staff|worker)$'"
_FORWARD = f"""
ALTER TABLE network_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE network_uploadchunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_upload_arrives ON network_upload FOR ALL USING ({_TAKES}) WITH CHECK ({_TAKES});
CREATE POLICY network_uploadchunk_arrives ON network_uploadchunk FOR ALL USING ({_TAKES}) WITH CHECK ({_TAKES});
ALTER TABLE network_storedfile ENABLE ROW LEVEL SECURITY;
ALTER TABLE network_filechunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_storedfile_kept ON network_storedfile FOR INSERT
    WITH CHECK ({_ARRIVED.format("network_storedfile.id")} AND kept_by IS NOT DISTINCT FROM network_member());
CREATE FUNCTION network_kept_by_me(uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM network_storedfile WHERE id = $1 AND kept_by = network_member())
$$;
REVOKE ALL ON FUNCTION network_kept_by_me(uuid) FROM PUBLIC;
CREATE POLICY network_filechunk_kept ON network_filechunk FOR INSERT WITH CHECK ({_ARRIVED.format("file_id")});
"""  # noqa: S608 - constants only
_BACKWARD = """
DROP POLICY network_filechunk_kept ON network_filechunk;
DROP FUNCTION network_kept_by_me(uuid);
DROP POLICY network_storedfile_kept ON network_storedfile;
ALTER TABLE network_filechunk DISABLE ROW LEVEL SECURITY;
DROP POLICY network_uploadchunk_arrives ON network_uploadchunk;
DROP POLICY network_upload_arrives ON network_upload;
ALTER TABLE network_uploadchunk DISABLE ROW LEVEL SECURITY;
ALTER TABLE network_upload DISABLE ROW LEVEL SECURITY;
ALTER TABLE network_storedfile DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0009_files")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
