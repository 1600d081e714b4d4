"""Every column that holds sealed words, and the canary that goes through it; a column that is missing here fails a test.

A column is written as `room.Model.field`. Whoever adds a field of words adds it here, and writes a canary into it.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from tests.support.brood import Brood

STORY = {
    "actions.ActionEvent.sealed_detail": "call: note",
    "actions.Clock.sealed_evidence": "duty: evidence",
    "actions.Clock.sealed_reason": "duty: reason",
    "actions.Clock.sealed_waiver": "duty: waiver",
    "actions.ConflictDecision.sealed_reason": "conflict: reason",
    "actions.Judgement.sealed_decision": "supervisor: reason",
    "actions.Judgement.sealed_narrative": "desk: narrative of a lowering",
    "actions.Judgement.sealed_reason": "desk: reason of a lowering",
    "actions.Notice.sealed_confirmer": "confirmed by somebody else",
    "actions.Referral.sealed_summary": "desk: release",
    "actions.SchoolClock.sealed_evidence": "school duty: evidence",
    "actions.SchoolClock.sealed_reason": "school duty: reason",
    "actions.SchoolClock.sealed_waiver": "school duty: waiver",
    "delivery.SandboxMessage.sealed_message": "desk: narrative",
    "desk.Call.sealed_fields": "phone: not finished",
    "desk.Paper.sealed_fields": "packet: last_where",
    "intake.Message.body": "form: text",
    "intake.Tip.sealed_submitter": "referral: agency",
    "outreach.Step.sealed_note": "outreach: note",
    "outreach.Words.sealed_text": "outreach: released words",
    "response.Entry.sealed_text": "school: question",
    "response.Outcome.sealed_words": "school: outcome",
    "vault.ReporterAddress.sealed_custodian": "form: e-mail",
    "vault.ReporterAddress.sealed_relay": "form: e-mail",
}
"""Written by the story of `test_canary.py`."""

FILES = {
    "evidence.Chunk.body": "content of a picture",
    "evidence.CustodyEvent.sealed_words": "reason of a look",
    "evidence.Destruction.sealed_words": "destruction: what they wrote",
    "evidence.File.sealed_name": "name of a picture",
    "evidence.HandOver.sealed_words": "agency",
    "evidence.PackagePart.body": "content of a video",
}
"""Written by the story of `test_canary_files.py`."""

NO_WORDS = {
    "actions.ActionEvent.press": "a random mark of one shown form",
    "actions.Judgement.sealed_age": "a number of one to three digits: it could be no canary",
    "audit.Entry.mac": "of the audit's own chain",
    "audit.Entry.nonce": "random",
    "audit.Seal.marks": "of the audit's own chain",
    "audit.Seal.merkle_root": "of the audit's own chain",
    "audit.Seal.previous": "of the audit's own chain",
    "audit.Seal.root": "of the audit's own chain",
    "audit.Seal.signature": "of the audit's own chain",
    "actions.Webhook.sealed_relay": "a server's address and a secret; tests/response/test_webhooks.py looks for them",
    "delivery.SandboxMessage.wrapped": "a wrapped key",
    "delivery.Bridge.sealed_numbers": "two telephone numbers, gone when the call is over",
    "desk.Telephone.sealed_number": "a telephone number; tests/desk/test_dialling.py looks for its digits",
    "evidence.Chunk.mark": "a keyed digest, by which a chunk that came twice is known",
    "evidence.File.sealed_hashes": "hashes that the worker made",
    "evidence.FileKey.wrapped": "a wrapped key",
    "evidence.HandOver.sealed_passphrase": "made by us, looked for by test_canary_files, and gone when the package is made",
    "evidence.HashPart.sealed": "hashes of an agency's list",
    "inbound.Arrival.mark": "a keyed digest",
    "inbound.Arrival.sealed_payload": "gone when it is routed; test_canary looks for what it held in every file",
    "inbound.Arrival.wrapped": "a wrapped key",
    "inbound.Prompt.peer_mac": "a keyed digest",
    "inbound.Prompt.sealed_peer": "a number, which is no canary's word; test_canary looks for its digits",
    "inbound.Stop.peer_mac": "a keyed digest",
    "inbound.Thread.peer_mac": "a keyed digest",
    "inbound.Thread.sealed_receipt": "made by us: a receipt",
    "intake.PushAddress.sealed_relay": "made by a browser; tests/intake/test_push.py looks for it in every table",
    "directory.Device.sealed_relay": "made by a browser; tests/response/test_phones.py looks for it in every table",
    "intake.Message.dedup": "a random mark of one shown form",
    "intake.Tip.receipt_lookup": "a keyed digest",
    "intake.Tip.submission_tag": "a keyed digest",
    # the network: no tip's words are at hand in its process
    "circulation.Choice.digest": "a digest",
    "circulation.Choice.feed_digest": "a digest",
    "circulation.Choice.sealed_token": "a random token",
    "circulation.Device.sealed_relay": "made by a browser",
    "circulation.Number.code": "a keyed digest",
    "circulation.Number.sealed_relay": "a number and a code; tests/circulation/test_numbers.py looks for its digits",
    "circulation.Phone.digest": "a digest",
    "gatherings.CalendarAnswer.sender": "a digest of an address",
    "gatherings.Certificate.pdf": "who was at an event of the network; a member reads it, clear in the database (decision 122)",
    "gatherings.Feed.digest": "a digest",
    "gatherings.Material.file": "published to members, clear in the database (decision 122)",
    "network.Application.digest": "a digest",
    "network.Application.sealed_token": "a random token",
    "network.Inquiry.digest": "a digest",
    "network.Inquiry.sealed_token": "a random token",
    "network.FileChunk.body": "sealed pieces of what is published to members; tests/network/test_files.py looks for it",
    "network.StoredFile.sealed_key": "a random key",
    "network.UploadChunk.body": "as FileChunk; tests/network/test_files.py looks for it",
    "network.UploadChunk.mark": "a keyed digest",
    "products.File.content": "published to members, clear in the database (decision 122)",
    "exchange.Collection.sealed_token": "a peer's token; tests/exchange/test_collections.py looks for it",
    "exchange.Peer.public_key": "a public key",
    "exchange.Peer.token_digest": "a digest",
    "exchange.Staged.content": "a feed or package of another programme, published there; no tip is at hand in that process",
    "insight.Contact.sealed_words": "what was said with a partner; tests/insight/test_contacts.py looks for it in every column",
    "training.Line.sealed_text": "to a simulated reporter; tests/training/test_rehearsing.py looks for it in every column",
    "preparedness.Body.sealed_body": "a plan, drawn anew; tests/preparedness/test_papers.py looks for it",
    "preparedness.Drill.sealed_words": "how a drill went; tests/preparedness/test_pages.py looks for it",
    "preparedness.Exercise.sealed_words": "what was seen; tests/preparedness/test_staff.py looks for it",
    "preparedness.Feed.digest": "a digest",
    "preparedness.Filing.sealed_words": "with whom; tests/preparedness/test_staff.py looks for it",
    "preparedness.Item.sealed_words": "what is to be mended; tests/preparedness/test_review.py looks for it",
    "preparedness.Member.sealed_words": "a name of the staff; tests/preparedness/test_staff.py looks for it",
    "preparedness.Paper.sealed_words": "its name; tests/preparedness/test_papers.py looks for it",
    "preparedness.Review.sealed_words": "what was found; tests/preparedness/test_review.py looks for it",
    "repository.Kept.sealed_words": "what a member looks for; tests/repository/test_kept.py looks for it",
    "officers.Note.sealed_text": "for its author alone; tests/officers/test_pages.py looks for it in the row",
    "officers.Certificate.sealed_words": "its owner's line; tests/officers/test_pages.py looks for it in the row",
    "officers.Paper.body": "a certificate's or an agreement's file; tests/officers/test_pages.py looks for it in the row",
    "library.Suggestion.wrapped": "a wrapped key",
    "library.Suggestion.sealed_words": "of resources; tests/library/test_suggestions.py looks for it in every table",
    "library.Suggestion.sealed_entry": "likewise, in the staff's words",
    "disclosure.Student.sealed_words": "the school's own work; tests/assessment/test_team.py looks for it in the row",
    "disclosure.Emergency.sealed_words": "the school's own work; tests/disclosure/test_gate.py looks for it in the row",
    "disclosure.Disclosure.sealed_words": "the school's own work; tests/disclosure/test_gate.py looks for it in the row",
    "disclosure.Disclosure.sealed_notice": "the school's own work; tests/disclosure/test_gate.py looks for it in the row",
    "assessment.Member.sealed_name": "the team's own work; tests/assessment/test_team.py looks for it in the row",
    "assessment.Case.sealed_words": "the team's own work; tests/assessment/test_team.py looks for it in the row",
    "assessment.Case.sealed_closing": "the team's own work; tests/assessment/test_plan.py looks for it in the row",
    "assessment.Entry.sealed_text": "the team's own work; tests/assessment/test_team.py looks for it in the row",
    "assessment.Level.sealed_reason": "the team's own work; tests/assessment/test_plan.py looks for it in the row",
    "assessment.HandOver.sealed_words": "the team's own work; tests/assessment/test_moving.py looks for it in the row",
    "assessment.Item.sealed_text": "the team's own work; tests/assessment/test_plan.py looks for it in the row",
    "people.AgencyToken.digest": "a digest",
    "people.Forgotten.sealed_email": "an address, gone within seconds; tests/network/test_forgotten.py looks for it",
    "people.Invitation.digest": "a digest",
    "people.Invitation.sealed_token": "a random token",
    "people.Reach.sealed_numbers": "numbers of staff; tests/desk/test_reach.py looks for their digits",
    "people.Attempt.bucket": "a keyed digest",
    "vault.WrappedKey.wrapped": "a wrapped key",
}
"""Bytes that nobody typed, and why."""


def columns() -> dict[str, models.BinaryField]:
    """Every column of bytes in every room's tables."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": field
        for model in apps.get_models()
        if model.__module__.startswith("upstander.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }


def unwritten(wanted: Mapping[str, str], brood: Brood) -> list[str]:
    """The columns for which no canary of the name that stands there was made."""
    made = set(brood.names.values())
    return [column for column, name in wanted.items() if name not in made]


def empty(wanted: Mapping[str, str], line: psycopg.Connection[Any]) -> list[str]:
    """The columns in which nothing lies."""
    found = columns()
    asked = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {} IS NOT NULL)")
    return [
        name
        for name in wanted
        if line.execute(
            asked.format(sql.Identifier(found[name].model._meta.db_table), sql.Identifier(found[name].column))
        ).fetchone()
        != (True,)
    ]
