"""What a person wrote opens only with the right key, in the right place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.ids import new_id, normalised, tip_number
from upstander.vault import services
from upstander.vault.envelope import CannotOpen, open_text, place, seal
from upstander.vault.keys import keyring


@given(st.text(max_size=300))
def test_what_was_sealed_opens_again(text: str):
    key, where = services.new_key(), place("intake_message.body", new_id(), "1")
    assert open_text(key, seal(key, text, where), where) == text


@given(st.binary(min_size=33, max_size=60), st.integers(0, 10_000))
def test_a_changed_envelope_does_not_open(data: bytes, at: int):
    key, where = services.new_key(), place("t.c", "h", "r")
    envelope = bytearray(seal(key, data, where))
    if envelope[at % len(envelope)] != 0x5A:
        envelope[at % len(envelope)] = 0x5A
        if at % len(envelope) in (2, 3):  # the key id is a hint, not a lock
            return
        with pytest.raises(CannotOpen):
            open_text(key, bytes(envelope), where)


def test_a_ciphertext_moved_to_another_row_does_not_open():
    key, holder = services.new_key(), new_id()
    envelope = seal(key, "words", place("intake_message.body", holder, "1"))
    with pytest.raises(CannotOpen):
        open_text(key, envelope, place("intake_message.body", holder, "2"))


def test_the_receipt_opens_the_key_and_a_wrong_one_does_not():
    holder, key = new_id(), services.new_key()
    receipt = services.receipt_for("k" * 22, b"body")
    wrapped = services.wrapped_for_receipt(holder, key, receipt)
    assert services.key_by_receipt(holder, receipt.lower(), wrapped) == key
    with pytest.raises(CannotOpen):
        services.key_by_receipt(holder, services.receipt_for("k" * 22, b"other"), wrapped)


def test_the_same_submission_has_the_same_receipt_and_another_has_not():
    assert services.receipt_for("a" * 22, b"x") == services.receipt_for("a" * 22, b"x")
    assert services.receipt_for("a" * 22, b"x") != services.receipt_for("b" * 22, b"x")
    assert len(services.receipt_for("a" * 22, b"x")) == 16


def test_a_code_read_aloud_and_typed_carelessly_is_the_same_code():
    assert normalised("k7f2-9qpx 3mio") == "K7F29QPX3M10"
    assert len(normalised(tip_number())) == 10


@pytest.mark.django_db
def test_an_expunged_holder_has_no_key_left():
    holder, key = new_id(), services.new_key()
    services.store_key(holder, key, ["desk", "school"])
    assert services.content_key(holder, "desk") == key
    assert services.expunge(holder) == 2
    with pytest.raises(CannotOpen):
        services.content_key(holder, "desk")


def test_two_of_three_custodians_restore_the_custodian_key(tmp_path):
    import base64
    import json

    from upstander.vault import keygen

    assert keygen.create(tmp_path / "keys", sandbox=False)
    shares = [json.loads((tmp_path / "keys" / f"custodian-share-{i}.json").read_text()) for i in (1, 3)]
    private = keygen.X25519PrivateKey.from_private_bytes(keygen.restore(shares))
    public = json.loads((tmp_path / "keys" / "public.json").read_text())["public"]["custodian"][1]
    assert base64.b64encode(private.public_key().public_bytes_raw()).decode() == public
    assert not keygen.create(tmp_path / "keys", sandbox=False), "keys are made once"


def test_the_public_process_holds_no_private_key(tmp_path):
    from upstander.vault import keygen, keys

    keygen.create(tmp_path / "keys", sandbox=False)
    assert keys.read(tmp_path / "keys" / "public.json").private == {}
    with pytest.raises(CannotOpen):
        version, wrapped = keyring().wrap("custodian", b"x", b"i")
        keyring().unwrap("custodian", version, wrapped, b"i")
