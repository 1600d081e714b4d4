"""The two letters by which federal registries call a state."""

import re

_CODES = """AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware
|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY
Kentucky |LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO
Missouri|MT Montana |NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North
Carolina|ND North Dakota|OH Ohio |OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island|SC
South Carolina|SD South Dakota|TN Tennessee |TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|WV West
Virginia|WI Wisconsin|WY Wyoming|GU Guam|VI Virgin Islands
|AS American Samoa|MP Northern Mariana Islands"""
_BY_NAME = {
    name.lower(): code
    for code, _blank, name in (x.strip().partition(" ") for x in " ".join(_CODES.split()).split("|"))
}


def code_of(jurisdiction: str) -> str:
    """`IL` for "State of Illinois, United States"; empty where no state is named."""
    names = sorted(_BY_NAME, key=len, reverse=True)  # West Virginia before Virginia
    found = re.search(rf"\b({'|'.join(names)})\b", jurisdiction.lower())
    return _BY_NAME[found.group(1)] if found else ""
