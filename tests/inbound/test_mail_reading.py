"""Mails as people and their programs write them, read as a person reads them. Everybody in them is invented."""

import struct
from email.message import EmailMessage

import pytest

from upstander.inbound.mime_letter import read
from upstander.inbound.mime_quote import parted

PICTURE = b"\xff\xd8\xff\xe0 a picture"


def mail(text: str | None = "He has a list of names.", **headers: str) -> EmailMessage:
    """A plain mail of a girl who does not exist."""
    message = EmailMessage()
    given = {
        "From": "Marisol Quint <marisol@family.example>",
        "To": "tips@upstander.example",
        "Subject": "At school",
    }
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    return message


def test_a_plain_mail_gives_its_subject_its_words_and_its_sender() -> None:
    letter = read(mail("He has a list of names.\n").as_bytes())
    assert (letter.subject, letter.text, letter.sender) == (
        "At school",
        "He has a list of names.",
        "marisol@family.example",
    )
    assert letter.attachments == () and letter.left_out == ()


def test_the_words_of_html_alone_are_read_and_nothing_of_what_runs_in_it() -> None:
    html = (
        "<html><head><title>x</title><style>p { color: red }</style></head><body><p>He&nbsp;said <b>&quot;Friday&quot;</b>.</p>"
        "<script>alert('steal()')</script><ul><li>locker 12<li>gym</ul><a href='https://chat.example/x'>his post</a>"
        "<img src='https://spy.example/pixel.gif' alt='a smiley'></body></html>"
    )
    message = mail(None)
    message.set_content(html, subtype="html")
    text = read(message.as_bytes()).text
    assert text == 'He said "Friday".\n\n- locker 12\n- gym\n\nhis post <https://chat.example/x>a smiley'


def test_of_two_forms_of_the_same_the_plain_one_is_read() -> None:
    message = mail("The words.")
    message.add_alternative("<p>The <b>words</b>.</p>", subtype="html")
    assert read(message.as_bytes()).text == "The words."


def test_a_plain_form_that_says_nothing_does_not_hide_the_other() -> None:
    message = mail("Your program cannot show this mail.")
    message.add_alternative(
        "<p>" + "He brought a knife to the bus on Tuesday. " * 12 + "</p>", subtype="html"
    )
    assert "knife" in read(message.as_bytes()).text


@pytest.mark.parametrize(
    ("charset", "named"),
    [
        ("utf-8", "utf-8"), ("iso-8859-1", "iso-8859-1"), ("windows-1252", "iso-8859-1"), ("utf-8", "x-unknown"),
        ("utf-8", "us-ascii"), ("cp1252", "utf-8"), ("utf-16", "utf-16"), ("iso-8859-15", '"ISO-8859-15"'), ("utf-8", "hex"),
        ("utf-8", "unicode_escape"), ("cp1252", ""), ("utf-8", ""),
    ],
)  # fmt: skip
def test_the_charset_may_be_named_rightly_wrongly_or_not_at_all(charset: str, named: str) -> None:
    words = "Él tiene miedo – después de «clase»"
    if charset in ("iso-8859-1", "iso-8859-15"):
        words = words.replace("–", "-")
    head = f"From: a@b.example\r\nContent-Type: text/plain; charset={named}\r\n\r\n".encode()
    assert read(head + words.encode(charset)).text == words


@pytest.mark.parametrize(
    "charset", ["gb2312", "gb18030", "big5", "shift_jis", "iso-2022-jp", "euc-kr", "koi8-r", "windows-1251"]
)
def test_writings_of_the_whole_world_are_read(charset: str) -> None:
    words = {
        "big5": "學校",
        "euc-kr": "학교에서 위험해요",
        "koi8-r": "опасно в школе",
        "windows-1251": "опасно в школе",
    }.get(charset, "学校")
    head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert read(head + words.encode(charset)).text == words


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"=?utf-8?B?w4lsIHRpZW5l?= =?utf-8?Q?_miedo?=", "Él tiene miedo"),
        (b"=?utf-8?B?5a2m5q==?=\r\n =?utf-8?B?oKE=?=", "学校"),  # cut within a character
        (b"=?iso-8859-1?Q?caf=E9?= at noon", "café at noon"),
        (b"=?x-unknown?Q?caf=C3=A9?=", "café"),
        ("Ärger".encode(), "Ärger"),
        ("Ärger".encode("latin-1"), "Ärger"),
        (b"=?utf-8?B?####?= left", "left"),
        (b"a\x00b\x07c", "abc"),
        (b"line one\r\n\tline two", "line one line two"),
        (b"=?utf-8*en?Q?hello?=", "hello"),
    ],
)
def test_subjects_are_read_however_they_are_encoded(raw: bytes, shown: str) -> None:
    assert read(b"Subject: " + raw + b"\r\n\r\nx").subject == shown


@pytest.mark.parametrize("cut", range(0, 40, 7))
def test_a_mail_without_headers_a_blank_line_or_a_subject_is_still_words(cut: int) -> None:
    assert "please help" in read((b"Subject: help\r\n\r\nplease help me now, he is here")[cut and 0 :]).text
    assert read(b"please help me").text == "please help me"
    assert read(b"\r\nplease help me").text == "please help me"
    assert read(b"").text == ""


def test_files_are_handed_over_as_they_came() -> None:
    message = mail("See the picture.")
    message.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="lócker 12.jpg")
    message.add_attachment(
        b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="../../etc/plan.pdf"
    )
    letter = read(message.as_bytes())
    assert [(a.name, a.kind, a.data) for a in letter.attachments] == [
        ("lócker 12.jpg", "image/jpeg", PICTURE),
        ("../../etc/plan.pdf", "application/pdf", b"%PDF-1.7 x"),
    ]
    assert letter.text == "See the picture."


def test_a_text_that_is_attached_is_read_as_words_under_its_name() -> None:
    message = mail("His chat:")
    message.add_attachment("friday. nobody leaves.", filename="chat.txt")
    assert read(message.as_bytes()).text == "His chat:\n\n[chat.txt]\nfriday. nobody leaves."


def test_a_mail_forwarded_in_a_forwarded_mail_is_read_to_its_end_with_its_files() -> None:
    innermost = mail("I will do it on Friday.", Subject="friday", From="boy@other.example")
    innermost.add_attachment(PICTURE, maintype="image", subtype="jpeg", filename="gun.jpg")
    middle = mail("look at this", Subject="Fwd: friday", From="friend@other.example")
    middle.add_attachment(innermost)
    outer = mail("My daughter got this.", Subject="Fwd: Fwd: friday")
    outer.add_attachment(middle)
    letter = read(outer.as_bytes())
    said = [
        "My daughter got this.",
        "friend@other.example",
        "look at this",
        "boy@other.example",
        "I will do it on Friday.",
    ]
    assert sorted(said, key=letter.text.index) == said
    assert [a.name for a in letter.attachments] == ["gun.jpg"]
    assert letter.sender == "marisol@family.example"


def test_what_is_encrypted_or_elsewhere_is_said() -> None:
    raw = (
        b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        b"--b\r\nContent-Type: message/external-body; access-type=URL\r\n\r\nContent-Type: image/png\r\n\r\n--b--"
    )
    assert read(raw).left_out == ("locked", "elsewhere")


def test_a_signature_is_no_file_and_hides_no_words() -> None:
    raw = (
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsigned words\r\n"
        b"--b\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\nxyz\r\n--b--\r\n"
    )
    letter = read(raw)
    assert (letter.text, letter.attachments) == ("signed words", ())


def tnef(*attributes: tuple[int, bytes]) -> bytes:
    """A winmail.dat with these attributes."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for id, value in attributes:
        out += struct.pack("<BII", 2, id, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    return out


def _long_name(name: str) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<I", 1) + b"\x1f\x00\x07\x37" + struct.pack("<II", 1, len(encoded)) + encoded


def test_the_words_and_files_in_a_winmail_dat_are_read() -> None:
    inside = tnef(
        (0x0002800C, b"He wrote it on the wall.\0"),
        (0x00069002, bytes(14)), (0x00018010, b"WALLPI~1.JPG\0"), (0x0006800F, PICTURE),
        (0x00069005, _long_name("wall pícture.jpg")),
        (0x00069002, bytes(14)), (0x00018010, b"voice.ogg\0"), (0x0006800F, b"OggS x"),
    )  # fmt: skip
    message = mail(None)
    message.add_attachment(inside, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    letter = read(message.as_bytes())
    assert letter.text == "He wrote it on the wall."
    assert [(a.name, a.data) for a in letter.attachments] == [
        ("wall pícture.jpg", PICTURE),
        ("voice.ogg", b"OggS x"),
    ]


def test_a_winmail_dat_that_cannot_be_read_is_told() -> None:
    for broken, why in (
        (b"not at all", "outlook"),
        (tnef((0x00069003, b"\0" * 40)), "outlook"),
        (tnef((0x0002800C, b"x" * 9))[:-4], "damaged"),
    ):
        message = mail(None)
        message.add_attachment(broken, maintype="application", subtype="octet-stream", filename="WINMAIL.DAT")
        assert why in read(message.as_bytes()).left_out


def test_a_mail_that_was_cut_off_gives_what_had_come() -> None:
    message = mail("The words.")
    message.add_attachment(PICTURE * 400, maintype="image", subtype="jpeg", filename="a.jpg")
    raw = message.as_bytes()
    letter = read(raw[: len(raw) // 2])
    assert letter.text == "The words." and letter.attachments[0].data.startswith(PICTURE)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (b"From: Marisol <m@x.example>", "m@x.example"),
        (b'From: "Quint, M. <not@this.example>" <m@x.example>', "not@this.example"),
        (b"From: m@x.example (Marisol)", "m@x.example"),
        (b"From: =?utf-8?Q?M=C3=A1?= <m\xc3\xa1@x.example>", "má@x.example"),
        (b"From: <", ""),
        (b"From: (((((", ""),
        (b"From: undisclosed", ""),
        (b"From: a@x.example\r\nReply-To: b@x.example", "b@x.example"),
        (b"From: a@x.example\r\nReply-To: <>", "a@x.example"),
    ],
)
def test_the_address_to_answer_to(header: bytes, address: str) -> None:
    assert read(header + b"\r\n\r\nx").sender == address


def test_a_mail_that_is_longer_than_what_is_kept_says_so() -> None:
    letter = read(mail("word " * 100_000).as_bytes())
    assert len(letter.text) <= 200_000 and letter.left_out == ("text",)


@pytest.mark.parametrize(
    ("reply", "new"),
    [
        ("Yes, on Friday.\n\nOn Mon, 2 Nov 2026 at 10:00, Us <tips@x.example> wrote:\n> Who?\n> Thanks", "Yes, on Friday."),
        ("Sí.\n\nEl lun, 2 nov 2026 a las 10:00, Tips\n<tips@x.example> escribió:\n\n> ¿Qué día?", "Sí."),
        ("Yes.\n\n-----Original Message-----\nFrom: Tips\nSent: Monday\nTo: Me\nSubject: Re\n\nWhich day?", "Yes."),
        ("Yes.\n\nFrom: Tips <tips@x.example>\nSent: Monday\nTo: Me\nSubject: Re\n\nWhich day?", "Yes."),
        ("> Which day?\nFriday\n> Who?\nNoah", "> Which day?\nFriday\n> Who?\nNoah"),
        ("Only words.", "Only words."),
        ("5 > 3\nand so on", "5 > 3\nand so on"),
        ("> Only a quote", ""),
    ],
)  # fmt: skip
def test_the_new_words_of_a_reply_stand_apart_from_what_it_quotes(reply: str, new: str) -> None:
    words, quoted = parted(reply)
    assert words == new
    assert "".join((words + quoted).split()) == "".join(reply.split())  # nothing is lost
