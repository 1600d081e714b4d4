"""What carriers bring to the running house: a text by Twilio's webhook and a mail by SMTP, and the settings that let them in."""

import http.client
import io
import smtplib
from email.message import EmailMessage

import psycopg
from PIL import Image

from tests.stack.acts import signed_in
from tests.stack.harness import Stack, free_ports, until
from tests.stack.writing import Story
from tests.support import sounds
from tests.support.twilio import Twilio, signed

NUMBER, TOKEN, TIPS = "+12175550100", "auth-of-the-test", "tips@upstander.example"
BOX, PBX = "voicemail@upstander.example", "pbx@phones.example"


def house(twilio: Twilio, *, fresh: bool = False, **env: str) -> Stack:
    """A house, not started, that takes texts from `twilio` and mail on a port of its own (`mail_port` says which)."""
    found = {
        "SMS": "twilio", "SMS_URL": twilio.url, "SMS_USER": "AC1", "SMS_PASSWORD": TOKEN, "SMS_NUMBER": NUMBER,
        "SMS_PER_MINUTE": "1000000", "MAIL_IN": "smtp", "MAIL_IN_PORT": str(free_ports()),
        "VOICEMAIL_TO": BOX, "VOICEMAIL_FROM": PBX,
    }  # fmt: skip
    stack = Stack(fresh=fresh, **env, **{f"UPSTANDER_{name}": value for name, value in found.items()})
    stack.env["UPSTANDER_INBOUND_URL"] = f"http://127.0.0.1:{stack.port + 3}"
    return stack


def mail_port(stack: Stack) -> int:
    """Where the house takes mail."""
    return int(stack.env["UPSTANDER_MAIL_IN_PORT"])


def text(
    stack: Stack, sender: str, said: str, id: str, *, token: str = TOKEN, query: str = "", **more: str
) -> int:
    """A text as Twilio brings it: what it is answered; 0 where nobody answers."""
    base = f"http://127.0.0.1:{stack.port + 3}"
    form = {"MessageSid": id, "From": sender, "To": NUMBER, "Body": said, "NumMedia": "0"} | more
    request = signed(base, "/sms/twilio", form, token, query)
    headers = {
        **request.headers,
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "TwilioProxy/1.1",
    }
    line = http.client.HTTPConnection("127.0.0.1", stack.port + 3, timeout=20)
    try:
        line.request("POST", f"/sms/twilio{'?' if query else ''}{query}", request.body, headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def mail(stack: Stack, message: EmailMessage, sender: str, to: str = TIPS, helo: str = "mx.example") -> bool:
    """A mail as the mail server before the house hands it over; whether it heard 250."""
    try:
        with smtplib.SMTP("127.0.0.1", mail_port(stack), helo, timeout=20) as line:
            line.sendmail(sender, [to], message.as_bytes())
    except (OSError, smtplib.SMTPException):
        return False
    return True


def letter(said: str, **headers: str) -> EmailMessage:
    """A mail of words."""
    message = EmailMessage()
    for name, value in ({"To": TIPS} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(said)
    return message


def voicemail(sound: bytes, **headers: str) -> EmailMessage:
    """What the telephone system's box mails of a message that somebody left."""
    message = letter("Somebody left a message of 0:03.", To=BOX, From=PBX, Auto_Submitted="auto-generated", **headers)
    message.add_attachment(sound, maintype="audio", subtype="x-wav", filename="msg0007.wav")
    return message


def picture(word: str) -> bytes:
    """A harmless picture that carries `word` in clear, as a phone writes where it was."""
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "JPEG", comment=(word * 40).encode())
    return out.getvalue()


def written(story: Story, twilio: Twilio) -> None:
    """Somebody texts, is answered and texts again; somebody mails, with a picture, and is answered; somebody speaks to the box
    and is listened to; others are turned away."""
    _turned_away(story)
    _by_text(story, twilio)
    _by_mail(story)
    _by_voicemail(story)


def _by_text(story: Story, twilio: Twilio) -> None:
    w, stack = story.brood.word, story.stack
    shown = story.brood.phone("text: number")
    number = "+1" + "".join(c for c in shown if c.isdigit())
    known = {"FromCity": w("text: city"), "ProfileName": w("text: profile"), "FromZip": w("text: zip")}
    assert text(stack, number, f"He has {w('text: words')} with him", "SM-canary-1", **known) == 200
    tip = _number(stack, "sms")
    story.numbers.append(tip)
    reply = w("desk: answer by text")
    desk = signed_in(stack.desk, "casey", **story.traces())
    assert desk.open(f"/tip/{tip}/").submit(action="/reply/", text=f"Who is {reply}?").status == 200
    sent = until(lambda: [t for t in twilio.texts if reply in t["Body"]], 30, "the answer leaves as a text")
    assert sent[0]["To"] == number
    assert text(stack, number, f"It is {w('text: second words')}", "SM-canary-2") == 200
    _all_routed(stack)


def _by_mail(story: Story) -> None:
    w, stack = story.brood.word, story.stack
    sender = f"{w('mail: sender')}@{w('mail: sender domain')}.example"
    message = letter(
        f"She wrote {w('mail: words')} on the wall", From=f'"{w("mail: name")}" <{sender}>', Subject=f"The {w('mail: subject')}",
        Message_ID=f"<{w('mail: id')}@{w('mail: id domain')}.example>", X_Originating_IP=f"[{w('mail: header')}]",
    )  # fmt: skip
    name = f"{w('mail: name of a picture')}.jpg"
    message.add_attachment(
        picture(w("mail: content of a picture")), maintype="image", subtype="jpeg", filename=name
    )
    assert mail(stack, message, sender, helo=f"{w('mail: HELO')}.example")
    tip = _number(stack, "email")
    story.numbers.append(tip)
    desk = signed_in(stack.desk, "casey", **story.traces())
    page = desk.open(f"/tip/{tip}/").submit(action="/reply/", text=f"We read {w('desk: answer by mail')}")
    assert page.status == 200


def _by_voicemail(story: Story) -> None:
    w, stack = story.brood.word, story.stack
    caller, name = story.brood.phone("voicemail: number"), w("voicemail: name of the caller")
    message = voicemail(
        sounds.speech() + w("voicemail: beside the sound").encode() * 40, Subject=f"New message from {name} {caller}",
        Message_ID=f"<{w('voicemail: id')}@phones.example>", X_Caller=w("voicemail: header"),
    )  # fmt: skip
    message.get_body().set_content(f"{name} left a message. Preview: {w('voicemail: guess of a machine')}")
    assert mail(stack, message, PBX, to=BOX)
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        spoken = "SELECT number FROM intake_tip WHERE channel = 'voicemail'"
        tip = str(until(lambda: line.execute(spoken).fetchall(), 30, "a tip by voicemail")[0][0])
    story.numbers.append(tip)
    desk = signed_in(stack.desk, "casey", **story.traces())
    heard = desk.open(f"/tip/{tip}/").submit(action="/listen/", reason=f"To hear {w('voicemail: reason')}")
    assert "data:audio" in heard, (heard.status, heard.html[-2000:])
    saved = desk.open(f"/tip/{tip}/transcript/").submit("text", text=f"She says {w('voicemail: what is said')}")
    assert saved.status == 200, saved.html[-2000:]


def _turned_away(story: Story) -> None:
    """Who is not the carrier, what makes no sense, and a mail for somebody else: nothing of it stays, in no log either."""
    w, stack = story.brood.word, story.stack
    assert (
        text(stack, w("text: forged sender"), w("text: forged"), w("text: forged id"), token="another") == 403
    )
    assert text(stack, "", w("text: from nobody"), "SM-canary-3", query=w("text: query")) == 400
    nobody = letter(w("mail: to nobody"), From=f"{w('mail: stranger')}@x.example")
    assert not mail(stack, nobody, f"{w('mail: envelope')}@x.example", to=f"{w('mail: nobody')}@x.example")


def _number(stack: Stack, channel: str) -> str:
    """The number of the tip that the one who has written so far by this channel has made."""
    asked = "SELECT t.number FROM inbound_thread h JOIN intake_tip t ON t.id = h.tip_id WHERE h.channel = %s"
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        return str(until(lambda: line.execute(asked, [channel]).fetchall(), 30, f"a tip by {channel}")[0][0])


def _all_routed(stack: Stack) -> None:
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        left = "SELECT count(*) FROM inbound_arrival WHERE state <> 'routed'"
        until(lambda: line.execute(left).fetchone() == (0,), 30, "everything that came is routed")
