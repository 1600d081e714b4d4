"""Who sees the rows of papers, reviews, filings, training and exercises (as migration 0002 for the rest).

The regional office sees what was done; what a paper says (`body`), who is on the staff and what is still to be mended is for those who keep the
place. A signed review does not change any more, by anybody.
"""

from django.db import migrations

_SEEN = "place_id IN (SELECT id FROM preparedness_mine())"
_KEPT = "place_id IN (SELECT id FROM preparedness_mine() WHERE may = 'keep')"
_BODY = f"paper_id IN (SELECT id FROM preparedness_paper WHERE {_KEPT})"  # noqa: S608 - constants of this file
_MEMBER = "member_id IN (SELECT id FROM preparedness_member WHERE {})"
_OWN = "account_id = nullif(current_setting('upstander.account', true), '')::bigint"
# table: who reads, who adds, of which rows are changed (None: never)
_TABLES = {
    "paper": (_SEEN, _KEPT, _KEPT), "body": (_BODY, _BODY, None), "review": (_SEEN, _KEPT, f"{_KEPT} AND signed_at IS NULL"),
    "item": (_KEPT, _KEPT, _KEPT), "filing": (_SEEN, _KEPT, None), "member": (_SEEN, _KEPT, _KEPT),
    "training": (_MEMBER.format(_SEEN), _MEMBER.format(_KEPT), _MEMBER.format(_KEPT)), "exercise": (_SEEN, _KEPT, _KEPT),
    "feed": ("true", _OWN, _OWN),  # read by its digest, before anybody is named
}  # fmt: skip


def _policies() -> str:
    found = []
    for name, (reads, adds, changes) in _TABLES.items():
        table = f"preparedness_{name}"
        found += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({reads});",
            f"CREATE POLICY {table}_new ON {table} FOR INSERT WITH CHECK ({adds});",
        ]
        if changes:
            found.append(f"CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({adds});")
    return "\n".join(found)


def _dropped() -> str:
    found = []
    for name in _TABLES:
        table = f"preparedness_{name}"
        found += [f"DROP POLICY IF EXISTS {table}_{which} ON {table};" for which in ("seen", "new", "changed")]
        found.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(found)


class Migration(migrations.Migration):
    dependencies = [("preparedness", "0003_papers_reviews_training")]
    operations = [migrations.RunSQL(_policies(), _dropped())]
