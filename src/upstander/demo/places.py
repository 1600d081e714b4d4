"""The invented map: two regions, four counties, six districts, a private system, agencies, answering points."""

from dataclasses import dataclass, field

REGIONS = {"91": "Regional Office of Education 91 (demo)", "92": "Regional Office of Education 92 (demo)"}

# county -> region, PSAP (name, transfer number; empty: a red gap), police agency, troop, zone
COUNTIES: dict[str, tuple[str, tuple[str, str], str]] = {
    "Bluestem": ("91", ("Bluestem County 9-1-1", "217-555-0101"), "Bluestem County Sheriff"),
    "Cottonwood": (
        "91",
        ("Cottonwood Emergency Communications", "217-555-0102"),
        "Cottonwood County Sheriff",
    ),
    "Pawpaw": ("92", ("Pawpaw County 9-1-1", ""), "Pawpaw County Sheriff"),
    "Sumac": ("92", ("", ""), "Sumac County Sheriff"),
}


@dataclass(frozen=True)
class School:
    """An invented school."""

    name: str
    city: str
    grades: str
    sector: str = "public"


@dataclass(frozen=True)
class District:
    """An invented district with its schools; `enrolled` says whether it signed up."""

    name: str
    county: str
    city: str
    enrolled: bool
    schools: tuple[School, ...]
    kind: str = "district"
    contacts: tuple[tuple[str, str, str, str], ...] = field(
        default=()
    )  # listed for ("" = district), type, name, role


DISTRICTS = (
    District(
        "Switchgrass CUSD 12", "Bluestem", "Harrow Creek", True,
        (
            School("Harrow Creek High School", "Harrow Creek", "9-12"),
            School("Harrow Creek Middle School", "Harrow Creek", "6-8"),
            School("Lincoln Elementary School", "Harrow Creek", "K-5"),
            School("Washington Elementary School", "Upper Harrow", "K-5"),
        ),
        contacts=(
            ("", "district", "Dana Whitlock", "Superintendent"),
            ("", "law_enforcement", "Chris Delgado", "School resource officer"),
            ("", "mental_health", "Jamie Osei", "Crisis counselor"),
            ("Harrow Creek High School", "school", "Ana Rivera", "Principal"),
            ("Harrow Creek High School", "school", "Priya Raman", "Assistant principal"),
            ("Harrow Creek Middle School", "school", "Joan Villareal", "Principal"),
            ("Lincoln Elementary School", "school", "Peter Szymanski", "Principal"),
        ),
    ),
    District(
        "Tallgrass CHSD 204", "Bluestem", "Kettle Ford", True,
        (School("Tallgrass North High School", "Kettle Ford", "9-12"), School("Tallgrass South High School", "Marlow", "9-12")),
        contacts=(
            ("", "district", "Ruth Hallberg", "Assistant superintendent"),
            ("Tallgrass North High School", "school", "Omar Haddad", "Dean of students"),
        ),
    ),
    District(
        "Prairie Rose SD 45", "Cottonwood", "Elmgate", True,
        (
            School("Lincoln Elementary School", "Elmgate", "K-5"),
            School("Prairie Rose Junior High", "Elmgate", "6-8"),
            School("Sunfield Charter Academy", "Elmgate", "K-8", "charter"),
        ),
        contacts=(
            ("", "district", "Lena Fairweather", "Director of student services"),
            ("Prairie Rose Junior High", "school", "Victor Nwosu", "Principal"),
        ),
    ),
    District(
        "Millrace CUSD 3", "Pawpaw", "Millrace", True,
        (School("Millrace High School", "Millrace", "7-12"), School("Millrace Grade School", "Millrace", "P-6")),
        contacts=(("", "district", "Gus Lindqvist", "Superintendent"),),
    ),
    District(
        "Old Orchard CCSD 80", "Cottonwood", "Old Orchard", False,
        (School("Old Orchard School", "Old Orchard", "P-8"), School("Lincoln Elem School", "Old Orchard", "K-4")),
    ),
    District(
        "Sumac Hills CUSD 1", "Sumac", "Sumac Hills", False,
        (School("Sumac Hills High School", "Sumac Hills", "9-12"), School("Lincoln Elementary School", "Sumac Hills", "K-6")),
    ),
    District(
        "Diocese of Harrow Creek (demo)", "Bluestem", "Harrow Creek", True,
        (School("Saint Brendan Academy", "Harrow Creek", "K-12", "private"),),
        kind="system",
        contacts=(("", "district", "Sr. Agnes Doyle", "Superintendent of schools"),),
    ),
)  # fmt: skip

POLICE = {"Bluestem": "Harrow Creek Police Department", "Cottonwood": "Elmgate Police Department"}
CARE = {"Bluestem": "Bluestem Behavioral Health", "Cottonwood": "Cottonwood Youth Services"}
COLLEGES = (
    ("Bluestem Community College", "Bluestem", "Harrow Creek", ("Main Campus", "Kettle Ford Center")),
)
TROOPS = {"91": "Troop 6 (demo)", "92": "Troop 9 (demo)"}
ZONES = {"91": "Zone 4 (demo)", "92": "Zone 8 (demo)"}
