"""Each table that the network's process can touch is named here with what keeps its rows apart: a new one fails until somebody
has said why members may read it, and whose rows they write (S-levels, decision 122)."""

import re

import pytest
from django.db import connection

from upstander.ops import grants

MEMBERS = ("network_open", "network_fouo", "network_les")
BEFORE = "network"  # nobody is known yet: sign-in, links, feeds by token

# Of a member's level: what it reads, and why it must.
READ = {
    # who somebody is
    "network_member": "names under what peers wrote and chose to show",
    "network_entitlement": "one's own",
    "network_agreement": "the text that everybody signs, public words",
    "network_signature": "one's own",
    "network_attestation": "one's own",
    "network_agencycheck": "one's own",
    "network_bounce": "one's own",
    # what there is to read
    "products_rendition": "of one's level",
    "network_upload": "random ids and sizes of what arrives; its pieces open with a token alone",
    "network_uploadchunk": "sealed pieces under keys that only the tokens hold",
    "network_storedfile": "of what one sees a row of: a product's file, one's own contribution's",
    "network_filechunk": "likewise",
    "forum_contributionfile": "of one's own contribution",
    "products_file": "shown in a rendition of one's level",
    "circulation_issue": "of one's level",
    "circulation_copy": "one's own",
    "circulation_choice": "one's own",
    "circulation_device": "one's own",
    "exchange_peer": "none of its rows: the right is that of who is not known yet, for its token",
    "exchange_item": "shared at one's level",
    "exchange_source": "the name of what was shared with one",
    "exchange_received": "of one's level",
    "exchange_shared": "of one's level: a peer's collection",
    "register_incident": "of which one reads a version",
    "register_version": "of one's level",
    "register_paragraph": "of one's level",
    "register_source": "of one's level",
    "register_words": "of one's level, to search",
    "register_proposal": "one's own",
    "gatherings_gathering": "of one's level",
    "gatherings_registration": "one's own",
    "gatherings_material": "of one's level",
    "gatherings_feedback": "one's own",
    "gatherings_certificate": "one's own",
    "gatherings_feed": "one's own",
    "forum_contribution": "one's own",
    "forum_contributionstep": "of one's own",
    "forum_request": "one's own, and what was put to one",
    "forum_requeststep": "of what one reads",
    "forum_answer": "one's own, and those that were released to one",
    "forum_party": "to whom a request was put: oneself, or all",
    "forum_thread": "of one's level, shown",
    "forum_post": "of one's level, shown",
    "forum_ruling": "on what one wrote oneself",
    "forum_concern": "of one's level",
    "forum_concernstep": "of one's level",
    "forum_card": "who chose to be seen, and oneself",
    "network_change": "one's own",
    "circulation_feedback": "one's own",
    "circulation_number": "one's own; what is sealed only the relay opens",
    "circulation_phone": "one's own",
    "register_citation": "of one's level",
    "repository_kept": "one's own",
    **{f"repository_{name}": "what one's level finds: the right on the table is the wall" for level in ("open", "fouo", "les")
       for name in (level, f"word_{level}")},
    # of the other rooms
    "people_account": "names; no password (people's migration 0013)",
    "people_rolegrant": "who of the staff is here",
    "people_attempt": "how long a wrong password waits; a keyed digest",
    "people_invitation": "set-up links, as digests",
    "people_forgotten": "when somebody asked; who, is sealed to the worker",
    "people_network_session": "who is signed in, as digests",
    "people_school_session": "whose sessions to end, by id",
    "mfa_authenticator": "of members; of staff just after their password",
    "account_emailaddress": "the library for signing in asks for it",
    "library_link": "whether the addresses of the public library answer",
    "directory_organisation": "where members work: the public register",
    "directory_county": "names of counties",
    "directory_identifier": "numbers of the public register",
    "ops_heartbeat": "that processes live",
    "django_migrations": "that the database is up to date",
}
# Where every row is for everybody who has the right on the table. (All others ask who it is.)
ANYBODYS = {
    "network_member": "SELECT", "network_agreement": "SELECT",
}  # fmt: skip
# Tables of the network's rooms in which members write: whose rows these are is said by the policy.
ROOMS = ("network", "products", "circulation", "exchange", "forum", "gatherings", "register", "repository", "insight")
ASKS = re.compile(r"network_level\(\)|network_member\(\)|network_for_a_member\(\)|current_user|\bEXISTS\b", re.IGNORECASE)


def rows(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def tables(*logins: str, may: str) -> dict[str, bool]:
    """Tables on which one of these logins may do one of these things, if only to a column; and whether they have policies."""
    found = {}
    for name, kind, walled in rows(
        "SELECT relname, relkind, relrowsecurity FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p', 'f')"
        " AND relnamespace = 'public'::regnamespace"
    ):
        for login in logins:
            for act in may.split(", "):
                columns = "has_table_privilege(%s, %s, %s)" if act == "DELETE" else "has_any_column_privilege(%s, %s, %s)"
                if rows(f"SELECT {columns}", grants.role(login), name, act)[0][0]:
                    assert kind == "r" or may == "SELECT", name
                    found[name] = bool(walled)
    return found


def policies() -> list[tuple[str, str, str, str | None, str | None]]:
    found = rows("SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'")
    return [row for row in found if row[0].split("_")[0] in ROOMS]


@pytest.mark.req("S-levels")
def test_every_table_that_a_member_reads_is_named_here_with_its_reason(walled, db):
    readable = tables(*MEMBERS, may="SELECT")
    assert set(readable) - set(READ) == set(), "say why members must read it, or take the right away"


@pytest.mark.req("S-levels")
def test_no_table_of_the_networks_rooms_is_at_a_members_hand_without_a_policy(walled, db):
    touched = tables(BEFORE, *MEMBERS, may="SELECT, INSERT, UPDATE, DELETE")
    bare = {name for name, walled_ in touched.items() if name.split("_")[0] in ROOMS and not walled_}
    of_a_level = {f"repository_{name}" for level in ("open", "fouo", "les") for name in (level, f"word_{level}")}
    assert bare == of_a_level, "a table of members without row-level security"


@pytest.mark.req("S-levels")
def test_what_a_level_finds_stands_in_tables_that_no_level_below_may_read_and_no_member_writes(walled, db):
    levels = ("open", "fouo", "les")
    for at, reader in enumerate(levels):
        for of, level in enumerate(levels):
            for table in (f"repository_{level}", f"repository_word_{level}"):
                seen = tables(f"network_{reader}", may="SELECT")
                assert (table in seen) is (at == of), (reader, table)
    assert not {name for name in tables(BEFORE, *MEMBERS, may="INSERT, UPDATE, DELETE") if name in
                {f"repository_{name}" for level in levels for name in (level, f"word_{level}")}}


@pytest.mark.req("S-levels")
def test_every_policy_asks_who_it_is_but_those_that_are_named_here(walled, db):
    assert len(policies()) > 60, "they were found"
    open_ = {}
    for table, _name, act, sees, writes in policies():
        for rule in filter(None, (sees, writes)):
            if not ASKS.search(rule):
                open_[table] = act
    assert open_ == ANYBODYS


@pytest.mark.req("S-levels")
def test_what_hangs_on_a_member_is_written_by_that_member_alone(walled, db):
    members = {
        table for (table,) in rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'member_id'")
    } | {"network_member"}
    asked = {
        "INSERT": ("INSERT", "ALL"), "UPDATE": ("UPDATE", "ALL"), "DELETE": ("DELETE", "ALL"),
    }  # fmt: skip
    looked = 0
    for act, kinds in asked.items():
        for table in set(tables(*MEMBERS, may=act)) & members:
            rules = [writes or sees or "" for at, _, kind, sees, writes in policies() if at == table and kind in kinds]
            assert rules, (table, act)
            for rule in rules:
                assert "network_member()" in rule or "network_level() = 9" in rule or "= '-1'" in rule, (table, act, rule)
                looked += 1
    assert looked > 15


@pytest.mark.req("S-levels")
def test_before_the_wall_nothing_is_written_that_is_a_members(walled, db):
    written = {name for name in tables(BEFORE, may="INSERT, UPDATE, DELETE") if name.split("_")[0] in ROOMS}
    arrives = {"network_upload", "network_uploadchunk"}  # sealed, and nobody's yet
    assert written == arrives | {"exchange_peer"}, "when a peer's token was used"
