"""Schools with five contacts each, who have a telephone number of their own: `python -m bench.callees COUNT`, as the owner.

Prints one JSON line a school: its id, and its contacts' numbers as a trunk is given them.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")

PEOPLE = 5
# (nobody of the police, for whom a key is no receipt)
_KINDS = ("district", "mental_health", "school", "school", "school")


def main(count: int) -> None:
    """Add `count` districts, each with one school, beside Harrow Creek High School of the demo."""
    import django

    django.setup()
    from django.db import transaction

    from upstander import clock
    from upstander.demo.directory import _enrol, _organisation
    from upstander.directory.models import Contact, ContactPoint, Kind, Organisation

    like = Organisation.objects.get(kind=Kind.SCHOOL, name="Harrow Creek High School")
    assert like.parent is not None
    with transaction.atomic():
        for n in range(count):
            where = {"county": like.county, "city": like.city}
            district = _organisation(
                Kind.DISTRICT, f"Bench District {n}", f"bench:{n}", parent=like.parent.parent, **where
            )
            school = _organisation(
                Kind.SCHOOL,
                f"Bench School {n}",
                f"bench-school:{n}",
                parent=district,
                sector="public",
                **where,
            )
            _enrol(district)
            numbers = [
                f"309-2{i // 10_000:02d}-{i % 10_000:04d}" for i in range(n * PEOPLE, (n + 1) * PEOPLE)
            ]
            for i, (kind, number) in enumerate(zip(_KINDS, numbers, strict=True)):
                contact = Contact.objects.create(
                    listed_for=school if kind == "school" else district,
                    organisation=district, end_user_type=kind, name=f"Bench Person {n}-{i}", position=i,
                    verified_on=clock.today(),
                )  # fmt: skip
                ContactPoint.objects.create(contact=contact, kind="phone", value=number)
                ContactPoint.objects.create(contact=contact, kind="email", value=f"p{n}-{i}@schools.example")
            print(json.dumps({"id": school.pk, "numbers": ["+1" + x.replace("-", "") for x in numbers]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
