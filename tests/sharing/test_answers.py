"""Answers that a principal would look for, one by one."""

from pathlib import Path

import pytest

from upstander.packs.errors import PackError
from upstander.packs.loader import load
from upstander.sharing.advise import Answer, Facts, NotAFact, advise

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.req("R-privacy")
FACTORS = frozenset({"seriousness", "need", "able", "time"})


@pytest.fixture(scope="module")
def ask():
    rules = load(ROOT / "packs" / "illinois").sharing

    def asked(
        who: str, record: str, why: str, urgency: str = "none", holds: frozenset[str] = frozenset()
    ) -> Answer:
        return advise(rules, Facts(who, record, why, urgency, holds))

    return asked


@pytest.mark.parametrize(
    ("facts", "verdict", "cited"),
    [
        (("police", "education", "safety", "imminent", FACTORS), "conditions", "34 CFR 99.36"),
        (
            ("police", "education", "safety", "imminent", FACTORS - {"time"}),
            "counsel",
            "23 Ill. Adm. Code 375.60",
        ),
        (("police", "education", "investigation"), "refused", "105 ILCS 10/6"),
        (("police", "education", "subpoena"), "counsel", "105 ILCS 10/6(a)(5)"),
        (("police", "education", "order"), "conditions", "34 CFR 99.31(a)(9)"),
        (("police", "unit", "investigation"), "conditions", "34 CFR 99.8"),
        (("police", "seen", "investigation"), "permitted", "34 CFR 99.3"),
        (("team_officer", "education", "support"), "conditions", "34 CFR 99.33"),
        (("own_staff", "education", "support"), "permitted", "105 ILCS 10/6(a)(2)"),
        (("juvenile", "education", "juvenile_case"), "refused", "34 CFR 99.30"),
        (
            ("juvenile", "education", "juvenile_case", "none", frozenset({"certified"})),
            "conditions",
            "105 ILCS 10/6(a)(6.5)",
        ),
        (("next_school", "education", "transfer"), "conditions", "105 ILCS 10/6(a)(3)"),
        (("target", "education", "safety", "threat", FACTORS), "conditions", "105 ILCS 10/6(a)(7)"),
        (("care", "mental", "safety", "imminent", FACTORS), "counsel", "740 ILCS 110/11"),
        (("care", "mental", "safety", "imminent", FACTORS | {"therapist"}), "conditions", "740 ILCS 110/11"),
        (("police", "health", "safety", "threat", FACTORS), "counsel", "45 CFR 164.512(j)"),
        (("police", "health", "safety", "imminent", FACTORS), "conditions", "45 CFR 164.512(j)"),
        (("own_staff", "juvenile_police", "safety"), "conditions", "705 ILCS 405/1-7"),
        (("other", "education", "other"), "refused", "34 CFR 99.30"),
        (("parent", "education", "access"), "permitted", "105 ILCS 10/6(a)(1)"),
        (("dcfs", "mental", "abuse"), "conditions", "325 ILCS 5/4"),
    ],
)
def test_the_answer_and_its_law(ask, facts, verdict, cited):
    answer = ask(*facts)

    assert answer.verdict == verdict and cited in answer.cites, (answer.verdict, answer.cites)


def test_an_emergency_says_what_must_be_done_then(ask):
    then = {t.code for t in ask("police", "education", "safety", "imminent", FACTORS).then}

    assert then == {"record_threat", "notice_parents", "redisclosure"}


def test_a_code_that_the_pack_lacks_is_refused_and_says_which_question(ask):
    with pytest.raises(NotAFact) as wrong:
        ask("police", "gossip", "safety")
    assert wrong.value.question == "record"


def test_a_rule_that_names_what_is_not_there_is_refused_with_file_and_line(tmp_path):
    for file in (ROOT / "packs" / "illinois").glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    broken = (tmp_path / "sharing.toml").read_text().replace('who = ["juvenile"]', 'who = ["jury"]', 1)
    (tmp_path / "sharing.toml").write_text(
        broken.replace('cites = ["34 CFR 99.8"]', 'cites = ["34 CFR 98.8"]', 1)
    )

    with pytest.raises(PackError) as wrong:
        load(tmp_path)
    assert "'jury', which is not known" in str(wrong.value)
