"""Known images are found without anybody looking, and a match is sealed at once."""

import io
import time

import pytest
from click.testing import CliRunner
from PIL import Image

from tests.evidence.conftest import needs_pdq, picture, scene, video
from upstander import doctor
from upstander.evidence import background, cli, hashing, lists, matching, sandboxed
from upstander.evidence.models import CustodyEvent, File, FileKey, HashList, HashPart
from upstander.intake.services import open_dialogue

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.5")]
OTHER = {"md5": "0" * 31 + "1", "sha256": "0" * 63 + "1", "pdq": "f" * 64}


def listed(*lines: str, **more) -> HashList:
    return lists.keep(lists.read(lines), "Agency of Tests", "list one", **more)


def worked() -> None:
    """The worker does what there is to do."""
    process = background.Background()
    while process.turn():
        continue


@pytest.mark.parametrize("kind", ["md5", "sha256", pytest.param("pdq", marks=needs_pdq)])
def test_a_match_by_any_kind_is_sealed_by_nobodys_eyes_and_says_whose_list_it_was(with_files, kind):
    found = sandboxed.hashes("jpeg", [picture()])
    value = found["pdq"][0] if kind == "pdq" else found[kind]
    made = listed(f"{kind},{value}", *(f"{k},{v}" for k, v in OTHER.items()))
    receipt = with_files(picture(), picture("PNG", size=(64, 48)) if kind != "pdq" else video(900))
    worked()
    hit, other = File.objects.filter(tip_id=receipt.tip_id).order_by("kind")
    assert (hit.state, hit.ground, hit.matched_list, hit.sealed_by) == ("sealed", "listed", made.pk, None)
    assert other.state == "quarantined"
    assert [k.audience for k in FileKey.objects.filter(file_id=hit.id)] == ["evidence"]
    acts = list(CustodyEvent.objects.filter(file=hit).order_by("at", "id").values_list("act", flat=True))
    assert acts == ["received", "hashed", "sealed", "matched"]
    assert any("may show somebody under 18" in u.text for u in open_dialogue(receipt.receipt).said)


def test_the_desk_sees_that_it_matches_a_list_of_the_agency(casey, with_files):
    listed(f"sha256,{sandboxed.hashes('jpeg', [picture()])['sha256']}")
    with_files(picture())
    worked()
    shown = casey.get(f"/tip/{File.objects.get().tip_number}/").content.decode()
    assert "Matches a list of Agency of Tests (list one)" in shown and "Look at it" not in shown


def changed(change) -> bytes:
    out = io.BytesIO()
    change(scene()).save(out, "JPEG", quality=50)
    return out.getvalue()


@needs_pdq
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda i: i.resize((300, 225)), True), (lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT), True),
        (lambda i: i.transpose(Image.Transpose.ROTATE_270), True), (lambda i: Image.radial_gradient("L").convert("RGB"), False),
        (lambda i: Image.new("RGB", (300, 200), (9, 9, 9)), False), (lambda i: i.convert("L").convert("RGB"), True),
    ],
)  # fmt: skip
def test_pdq_finds_a_picture_again_changed_and_takes_no_plain_surface_for_one(with_files, change, found):
    listed(f"pdq,{sandboxed.hashes('jpeg', [picture()])['pdq'][0]}", f"pdq,{'0' * 64}")
    with_files(changed(change))
    worked()
    assert (File.objects.get().state == "sealed") == found


def test_what_lay_in_quarantine_before_the_list_came_is_compared_with_it(with_files):
    with_files(picture())
    worked()
    assert File.objects.get().state == "quarantined"
    listed(*(f"{k},{v}" for k, v in OTHER.items()))
    worked()
    assert File.objects.get().state == "quarantined"
    listed(f"md5,{sandboxed.hashes('jpeg', [picture()])['md5']}")
    worked()
    assert File.objects.get().state == "sealed"


def test_a_retired_list_seals_nothing_more_and_its_hashes_are_gone(with_files):
    made = listed(f"md5,{sandboxed.hashes('jpeg', [picture()])['md5']}")
    assert lists.retire(made.pk) and not lists.retire(made.pk)
    with_files(picture())
    worked()
    assert File.objects.get().state == "quarantined" and not HashPart.objects.exists()


def test_the_list_lies_sealed(db):
    value = "ab" * 32
    listed(f"sha256,{value}")
    part = HashPart.objects.get()
    assert bytes.fromhex(value) not in bytes(part.sealed)
    assert matching.matches(hashing.Hashes(sha256=value), HashList.objects.get()) == "sha256"


def test_lines_of_every_shape_are_read_and_wrong_ones_named():
    text = """\ufeffkind,hash,comment
md5,9E107D9D372BB6826BD81D3542A419D6,a comment
"sha256";"d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
SHA-256\td7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592
# a remark

pdq,f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22
9e107d9d372bb6826bd81d3542a419d6
not a hash
md5,d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592
"""
    found = lists.read(text.splitlines())
    assert {kind: len(values) for kind, values in found.hashes.items()} == {"sha256": 1, "md5": 1, "pdq": 1}
    assert [(bad.number, bad.why) for bad in found.bad] == [
        (9, "there is no hash in this line"),
        (10, "64 digits are no md5"),
    ]
    assert len(lists.read(["f" * 64], "pdq").hashes["pdq"]) == 1


def test_the_command_imports_shows_and_retires(db, tmp_path):
    file = tmp_path / "known.csv"
    file.write_text("md5," + "a" * 32 + "\nrubbish line\n" + "b" * 64 + "\n")
    run = CliRunner().invoke(cli.evidence, ["hashes", str(file), "--agency", "Agency of Tests"])
    assert (
        run.exit_code == 0
        and "1 sha256, 1 md5; 1 lines not taken" in run.output
        and "known.csv:2:" in run.output
    )
    shown = CliRunner().invoke(cli.evidence, ["lists"]).output
    assert "Agency of Tests: known.csv" in shown and "in use" in shown
    assert CliRunner().invoke(cli.evidence, ["retire", str(HashList.objects.get().pk)]).exit_code == 0
    assert CliRunner().invoke(cli.evidence, ["retire", "999"]).exit_code == 1
    (tmp_path / "empty.csv").write_text("\n")
    failed = CliRunner().invoke(cli.evidence, ["hashes", str(tmp_path / "empty.csv"), "--agency", "x"])
    assert failed.exit_code == 1 and "no hash in this list" in failed.output


@needs_pdq
@pytest.mark.slow
def test_a_list_of_three_hundred_thousand_is_compared_in_a_moment(with_files):
    import random

    noise = random.Random(3)
    rows = [f"pdq,{noise.randbytes(32).hex()}" for _ in range(300_000)]
    listed(*rows, f"pdq,{sandboxed.hashes('jpeg', [picture()])['pdq'][3]}")
    assert HashPart.objects.count() == 5
    with_files(picture())
    file, found = hashing.hash_one("quarantined", "desk", "system:worker")
    begun = time.monotonic()
    assert matching.compare(file, found) is not None
    assert time.monotonic() - begun < 5


def test_a_picture_whose_pixels_cannot_be_read_is_compared_by_its_bytes(with_files):
    import hashlib

    data = b"\xff\xd8\xff" + b"broken" * 100
    listed(f"md5,{hashlib.md5(data).hexdigest()}")
    with_files(data)
    worked()
    assert File.objects.get().state == "sealed"


def test_without_pdqhash_lists_are_compared_by_the_other_hashes_and_whoever_runs_the_house_is_told(
    with_files, monkeypatch, tmp_path
):
    """There is no wheel of it for Linux; a house that never gets such a list needs no compiler."""
    script = tmp_path / "without.py"
    script.write_text(
        f"import runpy, sys\nsys.modules['pdqhash'] = None\nrunpy.run_path({str(sandboxed.SCRIPT)!r}, run_name='__main__')"
    )
    monkeypatch.setattr(sandboxed, "SCRIPT", script)
    whole = sandboxed.hashes("jpeg", [picture()])
    assert "pdq" not in whole and "fault" not in whole
    assert sandboxed.picture("jpeg", [picture()])[1]
    [reading, known] = doctor._sandbox()
    assert (reading.grade, known.grade) == ("ok", "warn") and "make pdq" in known.words
    file = tmp_path / "list.csv"
    file.write_text(f"md5,{whole['md5']}\npdq,{'f' * 64}\n")
    said = CliRunner().invoke(cli.evidence, ["hashes", str(file), "--agency", "Agency of Tests"])
    assert said.exit_code == 0 and "not compared by PDQ" in said.output
    with_files(picture())
    worked()
    assert File.objects.get().state == "sealed"


@needs_pdq
def test_with_pdqhash_the_doctor_names_all_three():
    assert [found.grade for found in doctor._sandbox()] == ["ok", "ok"]
