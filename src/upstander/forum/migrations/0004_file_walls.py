"""A file of a contribution is shown to whoever sees the contribution, and added by whoever gave both."""

from django.db import migrations

_SEEN = "EXISTS (SELECT 1 FROM forum_contribution o WHERE o.id = contribution_id)"
_MINE = (
    "EXISTS (SELECT 1 FROM forum_contribution o WHERE o.id = contribution_id AND o.member_id = (SELECT network_member()))"
    " AND network_kept_by_me(stored_id)"
)
_OF = "EXISTS (SELECT 1 FROM forum_contributionfile f WHERE f.stored_id = {})"
_FORWARD = f"""
ALTER TABLE forum_contributionfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY forum_contributionfile_read ON forum_contributionfile FOR SELECT USING ({_SEEN});
CREATE POLICY forum_contributionfile_add ON forum_contributionfile FOR INSERT WITH CHECK ({_MINE});
CREATE POLICY forum_storedfile ON network_storedfile FOR SELECT USING ({_OF.format("network_storedfile.id")});
CREATE POLICY forum_filechunk ON network_filechunk FOR SELECT USING ({_OF.format("file_id")});
"""
_BACKWARD = """
DROP POLICY forum_filechunk ON network_filechunk;
DROP POLICY forum_storedfile ON network_storedfile;
DROP POLICY forum_contributionfile_add ON forum_contributionfile;
DROP POLICY forum_contributionfile_read ON forum_contributionfile;
ALTER TABLE forum_contributionfile DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("forum", "0003_files"), ("network", "0010_file_walls")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
