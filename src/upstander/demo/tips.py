"""Invented tips, one for each thing that a newcomer should see at the desk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoTip:
    """What a reporter wrote, where, how long ago in minutes, and what the desk made of it (sub-types; empty: nothing yet)."""

    school: str
    city: str
    text: str
    minutes_ago: int
    who: str = ""
    when: str = ""
    weapon: str = ""
    danger_now: bool = False
    about_self: bool = False
    subtype: str = ""
    judged: tuple[str, ...] = ()
    narrative: str = ""
    reply: str = ""


TIPS = (
    DemoTip(
        "Harrow Creek High School", "Harrow Creek",
        "A boy in my class showed us a photo of a gun in his backpack and said people will be sorry after lunch.",
        2, who="I only know his first name", when="today, this morning", weapon="yes", danger_now=True,
    ),
    DemoTip(
        "Harrow Creek Middle School", "Harrow Creek",
        "Every day in the bus they take her food and film her crying. She does not want to come to school any more.",
        34, who="three eighth graders", when="all of this week", subtype="bullying",
    ),
    DemoTip(
        "Tallgrass North High School", "Kettle Ford",
        "Kids sell vapes in the second floor bathroom between third and fourth period.", 55, subtype="vaping",
    ),
    DemoTip(
        "Harrow Creek High School", "Harrow Creek",
        "My friend posted goodbye messages last night and is not answering. I think she is at home alone.",
        9, who="a friend, junior", when="last night", judged=("self_harm",),
        narrative="A student wrote goodbye messages last night, does not answer, and may be at home alone.",
        reply="Thank you for telling us. You did the right thing. Do you know where she lives, or who her parents are?",
    ),
    DemoTip(
        "Prairie Rose Junior High", "Elmgate",
        "They made a fake account about a girl and everybody writes mean things under her picture.", 190,
        judged=("cyber_bullying",),
        narrative="A fake account about a student is used to humiliate her. Several students write there.",
    ),
    DemoTip(
        "Sumac Hills High School", "Sumac Hills",
        "Somebody wrote on the wall that there will be a shooting on Friday. I took a picture.", 21,
        when="seen today", weapon="unknown", judged=("planned_school_attack",),
    ),
    DemoTip("Lincoln Elementary School", "Elmgate", "The lunch line is unfair and the soup is always cold.", 300,
            subtype="complaint_about_school"),
    DemoTip("", "", "A girl at my old school told me her uncle hits her. I do not know what to do.", 47),
)  # fmt: skip
