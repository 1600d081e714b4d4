"""Which login may do what on this room's tables. The school login sees referrals and notices, never judgements or actions."""

from upstander.actions.escalation_grants import ESCALATION

GRANTS: dict[str, dict[str, str]] = {
    "desk": {
        "actions_judgement": "SELECT, INSERT, UPDATE (state, raised_at, sealed_narrative, decided_at, decided_by,"
        " sealed_decision, flags, network, facts, plan, pack, pack_version, pack_digest)",
        "actions_requiredaction": "SELECT, INSERT, UPDATE (ended_by_id, done_at, done_by, result, standing, due_at,"
        " owed_since, assigned_to)",
        "actions_actionevent": "SELECT, INSERT",
        "actions_referral": "SELECT, INSERT, UPDATE",
        "actions_notice": "SELECT, INSERT, UPDATE",
        "actions_release": "SELECT, INSERT",
        "actions_conflictdecision": "SELECT, INSERT",
        "actions_exclusion": "SELECT, INSERT, UPDATE (ended_at, addresses)",
        "vault_reporter_address": "SELECT (holder, kinds)",  # whether an address or name was given, never what it is
        "actions_clock": "SELECT, INSERT, UPDATE (met_at, met_recorded_at, met_by, sealed_evidence, waived_at, waived_by,"
        " sealed_waiver)",
        "actions_school_clock": "SELECT",
        "actions_measure": "SELECT",
        "actions_callsheet": "SELECT",
        "actions_replay": "SELECT, INSERT",
        "actions_replay_tip": "SELECT",
        "actions_contactpush": "SELECT, INSERT",  # of a Critical and its correction, with the judgement
        "vault_wrapped_key": "SELECT, INSERT",  # a referral has a key of its own
    },
    "read_staff": {"published_tip_pattern": "SELECT"},  # the network's SIO: counts of five and more, and no tip
    "school": {
        "actions_webhook": "SELECT, INSERT, DELETE",  # it opens none: they are sealed to the relay
        "actions_webhookpost": "SELECT, DELETE",  # with the system that was told
        "actions_webhook_posts(uuid, integer)": "EXECUTE",
        "actions_contactpush": "SELECT, INSERT",  # to try a phone, and to find what one was told of
        "actions_device_pushes(bigint)": "EXECUTE",
        "actions_referral": "SELECT, UPDATE (state, closed_at)",
        "actions_notice": "SELECT, UPDATE (confirmed_at, strength, confirmed_as, sealed_confirmer)",
        "actions_school_clock": "SELECT, INSERT, UPDATE (met_at, met_recorded_at, met_by, sealed_evidence, waived_at,"
        " waived_by, sealed_waiver)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",  # from whom the dashboard hides a tip
        "vault_wrapped_key": "SELECT",
    },
    "relay": {
        "actions_webhook": "SELECT",
        "actions_webhookpost": "SELECT",
        "actions_contactpush": "SELECT",
        "actions_referral": "SELECT",
        "actions_notice": "SELECT",
        "actions_release": "SELECT",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",  # to whom nothing leaves
        "actions_requiredaction": "SELECT, UPDATE (done_at, done_by, result)",
        "actions_actionevent": "SELECT, INSERT",
        "vault_wrapped_key": "SELECT",
        "directory_route": "SELECT",  # a mail names the answering point
        "directory_answeringpoint": "SELECT",
    },
    "caller": {  # it confirms by a key press; it opens nothing
        "actions_referral": "SELECT",
        "actions_notice": "SELECT, UPDATE (confirmed_at, strength, confirmed_as, sealed_confirmer)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",  # whom nothing reaches
        "actions_requiredaction": "SELECT, UPDATE (done_at, done_by, result)",
        "actions_actionevent": "SELECT, INSERT",
    },
    "worker": {
        "actions_webhook": "SELECT (id, organisation_id, made_at)",
        "actions_webhookpost": "SELECT, INSERT",
        "actions_contactpush": "SELECT, INSERT, DELETE",  # what is long past
        # it measures, asks other versions of the pack, and writes the call sheet: times, codes and numbers, no word
        "actions_callsheet": "SELECT, INSERT, UPDATE",
        "actions_judgement": "SELECT (id, tip_id, n, at, raised_at, klass, state, facts, subtypes, in_progress, pack_digest,"
        " plan)",
        "actions_replay": "SELECT, UPDATE (seen, changed, upto, changes, refused, finished_at, failed), DELETE",
        "actions_replay_tip": "SELECT, INSERT, DELETE",
        "actions_requiredaction": "SELECT (id, tip_id, rule, kind, target_kind, target_ref, label, script, about, position,"
        " owed_since, due_at, first_judgement_id, ended_by_id, done_at, result, standing)",
        "actions_actionevent": "SELECT (id, action_id, at, happened_at, result)",
        "actions_exclusion": "SELECT (tip_id, contact_id, addresses, ended_at)",  # who stands on no paper
        "actions_notice": "SELECT (id, referral_id, contact_id, action_id, created_at, asked_since, confirmed_at, confirmed_as)",
        "actions_referral": "SELECT (id, tip_id, klass, state, created_at, stood_down_at, scope_id)",
        "actions_measure": "SELECT, INSERT, UPDATE (ended_at, state, entered), DELETE",
        "actions_measure_mark": "SELECT, INSERT, UPDATE (upto)",
        "directory_answeringpoint": "SELECT (organisation_id, transfer_number)",
        "directory_contact": "SELECT (id, name, role, position, organisation_id, listed_for_id)",
        "directory_contactpoint": "SELECT (id, contact_id, kind, value, position)",
        "directory_county": "SELECT (id, name, region_id)",
        "directory_organisation": "SELECT (id, kind, name, parent_id, region_id, county_id, city, address, phone, grades, sector,"
        " retired_on, zip, website)",
        "intake_tip": "SELECT (danger_now, number, klass, rank, judged_at)",
    },
}
for _login, _tables in ESCALATION.items():
    for _table, _clauses in _tables.items():
        _of = GRANTS[_login]
        _of[_table] = f"{_of[_table]}, {_clauses}" if _table in _of else _clauses
