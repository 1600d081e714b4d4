"""Every screen says what it is: each address has a text in web/help.toml, or stands here with why it is no screen."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.intake.conftest import public, web  # noqa: F401
from tests.support.reading import grade
from upstander.packs.current import current
from upstander.web.help import texts

ORIGINS = ("public", "school", "desk", "network")

# Machines read these: a state, JSON, an app's own files, a feed.
FOR_MACHINES = """
healthz readyz metrics manifest worker api-tips api-dialogue api-referrals api-uploads api-chunk api-schools
api-openapi api-nothing library_feed response_renew response_news response_manifest response_worker desk_live_allowed
desk_schools gatherings_feed preparedness_feed exchange_taxii network_uploads_allowed network_uploads network_upload_piece
circulation_feed circulation_manifest circulation_worker circulation_contact circulation_renew circulation_keep
"""
# A file is the answer.
FILES = """
desk_calls_csv desk_all_calls_pdf desk_packet_pdf desk_letter_pdf evidence_package library_desk_lines
gathering_certificate gathering_material forum_contribution_file exchange_starter_file network_agreement_pdf
network_members_export network_application_pdf network_member_pdf product_file product_draft_file register_export
circulation_pdf officers_certificate_file officers_codes_pdf officers_year_pdf officers_agreement_file
officers_state_pdf training_certificate insight_made disclosure_notice
preparedness_notice preparedness_counts preparedness_file preparedness_review_letter
"""
# A part of another screen, fetched into it.
PARTS = "desk_queue desk_bar desk_red desk_head desk_words desk_panels desk_plan desk_preview"
# A press on another screen, which shows that screen, or the next, again.
PRESSES = """
response_verify_contact response_put_back response_end_designation people_token_make people_token_revoke people_link
people_active people_grant people_end_grant people_designate people_end_designation desk_arrival_again desk_call_save
desk_claim desk_determine desk_withdraw desk_research desk_take_up desk_support desk_answer desk_dial desk_hang_up
desk_again desk_packet_take_up desk_help_take_up desk_open_clock desk_meet_clock desk_waive_clock
directory_contact_verify directory_enrolment_verify directory_enrolment_activate directory_enrolment_refuse
directory_enrolment_withdraw gatherings_make_feed gathering_register gathering_give_up gathering_say
gatherings_publish gatherings_cancel gatherings_copy gatherings_add_material gatherings_remove_material
gatherings_step gatherings_step_done gatherings_drop_visit forum_withdraw_card forum_close forum_open_board
product_pattern_start circulation_read circulation_take circulation_feedback circulation_make_feed circulation_device
circulation_phone circulation_number insight_contact_done insight_carry_over insight_plan_mark repository_keep
response_day_right officers_again officers_withdraw officers_withdraw_certificate officers_end_agreement
training_begin training_withdraw training_certify preparedness_move_drill preparedness_call_off preparedness_make_feed
preparedness_unchanged preparedness_withdraw_paper preparedness_sign preparedness_item_done
assessment_end_member assessment_step assessment_withdraw assessment_plan_done assessment_offer_back
disclosure_end_emergency
"""
NO_SCREEN = {name for names in (FOR_MACHINES, FILES, PARTS, PRESSES) for name in names.split()}


def names(patterns: list, before: str = "") -> Iterator[tuple[str | None, str]]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield one.name, f"{before}{one.pattern}"
        else:
            yield from names(one.url_patterns, f"{before}{one.pattern}")


def of(origin: str) -> dict[str | None, str]:
    return dict(names(get_resolver(f"upstander.urls.{origin}").url_patterns))


@pytest.mark.req("S-terms")
@pytest.mark.parametrize("origin", ORIGINS)
def test_every_screen_says_what_it_is(origin):
    found = of(origin)
    silent = {f"{name}: {address}" for name, address in found.items() if name not in texts().pages and name not in NO_SCREEN}
    assert silent == set(), "write what the screen is for into web/help.toml"
    assert len(found) > 20


def test_no_text_is_left_of_a_screen_that_is_gone():
    known = set().union(*(of(origin) for origin in ORIGINS))
    assert set(texts().pages) - known == set() and NO_SCREEN - known == set()
    assert set(texts().pages) & NO_SCREEN == set()


@pytest.mark.illinois
def test_words_lead_to_terms_of_the_glossary():
    for name, page in texts().pages.items():
        assert page.text.get("en"), name
        for code in page.words:
            assert current().library.term(code), f"{name}: {code}"


@pytest.mark.req("D-II.F")
def test_reporters_read_it_in_their_language_in_plain_words():
    for name in of("public"):
        if page := texts().pages.get(name):
            assert set(page.text) == {"en", "es"}, name
            assert grade([page.text["en"]]) <= 7, (name, grade([page.text["en"]]))


@pytest.mark.django_db
@pytest.mark.illinois
def test_the_fold_stands_at_the_end_of_the_page_and_leads_no_reporter_away(web: Client):  # noqa: F811
    for address in ("/", "/tell/", "/about/", "/privacy/", "/resources/", "/resources/words/", "/p/XXXXXXXX/"):
        html = web.get(f"{address}?lang=en").content.decode()
        assert html.count("data-help") == 1 and html.index("data-help") > html.index("<h1"), address
    english, spanish = (web.get(f"/?lang={code}").content.decode() for code in ("en", "es"))
    assert "What is this page?" in english and "¿Qué es esta página?" in spanish
    assert "/resources/words/" not in english[: english.index("<footer")], "a reporter is led away nowhere"
