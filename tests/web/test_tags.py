"""The pieces of `{% load ui %}`."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template

from upstander import clock as the_clock
from upstander.web.templatetags import ui


class Report(forms.Form):
    text = forms.CharField(label="What is happening?", widget=forms.Textarea, help_text="In your own words.")
    school = forms.CharField(label="Which school?", required=False)
    weapon = forms.ChoiceField(
        label="Is there a weapon?", widget=forms.RadioSelect, choices=[("y", "Yes"), ("n", "No")]
    )
    flags = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("a", "A"), ("b", "B")], required=False, initial=["b"]
    )
    agree = forms.BooleanField(label="You may contact me", required=False)
    state = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **known: object) -> str:
    return Template("{% load ui %}" + source).render(Context(known))


def test_a_field_ties_label_hint_error_and_control_together_and_keeps_the_words() -> None:
    form = Report({"text": "", "school": "<b>Lin", "weapon": ""})
    assert not form.is_valid()
    page = render("{% field form.text rows=6 data_key='w' %}", form=form)
    assert '<label class="usa-label" for="id_text">' in page
    assert 'id="id_text_helptext"' in page and 'id="id_text_error"' in page
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    assert 'aria-invalid="true"' in page and 'rows="6"' in page and 'data-key="w"' in page
    assert 'class="usa-textarea"' in page
    assert "(optional)" not in page
    kept = render("{% field form.school %}", form=form)
    assert "&lt;b&gt;Lin" in kept and "<b>Lin" not in kept and "(optional)" in kept


def test_groups_are_fieldsets_with_big_labels() -> None:
    page = render("{% field form.weapon large=True %}", form=Report())
    assert "<fieldset" in page and '<h1 class="question">Is there a weapon?</h1></legend>' in page
    assert page.count('class="usa-radio__input"') == 2
    assert 'for="id_weapon_0"' in page and 'id="id_weapon_0"' in page
    boxes = render("{% field form.flags chips=True mark_optional=False %}", form=Report())
    assert boxes.count('class="usa-checkbox__input"') == 2 and 'class="chips"' in boxes
    assert boxes.count("checked") == 1
    assert "usa-checkbox__label" in render("{% field form.agree %}", form=Report())


def test_hidden_fields_are_only_their_control() -> None:
    page = render("{% field form.state %}", form=Report())
    assert "<label" not in page and 'type="hidden"' in page


def test_the_summary_leads_to_each_field() -> None:
    form = Report({"text": "", "weapon": ""})
    form.add_error(None, "Something <else>")
    page = render("{% errors form %}", form=form)
    assert 'href="#id_text"' in page and 'href="#id_weapon_0"' in page
    assert "3 things need a look" in page and 'role="alert"' in page
    assert "Something &lt;else&gt;" in page
    assert render("{% errors form %}", form=Report()).strip() == ""


def test_a_badge_is_colour_and_word_and_shape() -> None:
    for kind in ui.BADGES:
        page = render("{% badge kind %}", kind=kind)
        assert f"badge--{kind}" in page and "<svg" in page and str(ui.BADGES[kind][0]) in page
    assert "In-Network" in render("{% badge 'ok' 'In-Network' %}")
    assert "&lt;i&gt;" in render("{% badge 'ok' word %}", word="<i>")


def test_icons_are_decoration_unless_labelled() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'phone' %}")
    page = render("{% icon 'phone' label=l %}", l='a"b')
    assert 'role="img"' in page and "a&quot;b" in page


def test_telephone_numbers() -> None:
    assert 'href="tel:2175550101"' in render("{% phone '217-555-0101' %}")
    assert 'href="tel:+12175550101,12"' in render("{% phone '+1 (217) 555-0101 x12' %}")


def test_clock_left_soon_overdue_done() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    start = now - timedelta(minutes=9)
    far = ui.clock(now + timedelta(hours=3), start, now=now)
    assert far["text"] == "3:00 h left" and not far["soon"] and not far["overdue"]
    soon = ui.clock(now + timedelta(seconds=59), start, now=now)
    assert soon["text"] == "0:59 left" and soon["soon"]
    late = ui.clock(now - timedelta(seconds=70), start, now=now)
    assert late["text"] == "1:10 overdue" and late["overdue"] and late["share"] == "1.000"
    assert ui.clock(now, start, done=start)["text"] == "in time"
    assert ui.clock(start, start, done=now)["text"] == "late by 9:00"
    page = render("{% clock due start %}", due=the_clock.now() + timedelta(minutes=5), start=the_clock.now())
    assert "data-due=" in page and "<progress" in page and "4:5" in page


def test_span() -> None:
    assert ui.span(timedelta(seconds=42)) == "0:42"
    assert ui.span(timedelta(seconds=-70)) == "1:10"
    assert ui.span(timedelta(hours=3, minutes=5)) == "3:05 h"
    assert ui.span(timedelta(days=4, hours=2)) == "4 d 2 h"


@pytest.mark.illinois
def test_when_has_weekday_and_zone() -> None:
    page = render("{% when at %}", at=datetime(2026, 11, 22, 15, 41, tzinfo=UTC))
    assert "Sun, Nov 22, 2026" in page and "CST" in page and 'datetime="2026-11-22T09:41:00-06:00"' in page


def test_small_pieces() -> None:
    assert "2 of 5" in render("{% steps 2 5 %}")
    receipt = render("{% receipt 'K7F29QXM3TB4W8RD' %}")
    assert "<span>K7F2</span>" in receipt and "<span>W8RD</span>" in receipt and "data-copy=" in receipt
    facts = render("{% facts pairs %}", pairs=[("A", "<x>"), ("B", "")])
    assert "&lt;x&gt;" in facts and "<dt>B" not in facts
    assert "usa-alert--emergency" in render("{% alert 'emergency' 'Now' %}")
    assert "usa-alert--info" in render("{% alert 'nonsense' 'x' %}")
    assert "<kbd" in render("{% key 'j' %}")
    assert "href" in render("{% empty 'None' 'Why' '/x' 'Do' %}")
    items = [{"at": the_clock.now(), "who": "A. Rivera", "text": "confirmed", "state": "done"}]
    assert 'class="is-done"' in render("{% timeline items %}", items=items)
    page = Paginator(range(30), 10).page(2)
    links = render("{% page_links page '&q=a' %}", page=page)
    assert "?page=1&amp;q=a" in links and "2 of 3" in links
    assert render("{% pager '' '' %}").strip() == ""
    assert datetime.fromisoformat(render("{% server_now %}")).tzinfo is not None
