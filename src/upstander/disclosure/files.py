"""Students' files: made, found, opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from upstander import clock
from upstander.audit import services as audit
from upstander.disclosure import sealing
from upstander.disclosure.models import Disclosure, Emergency, Student
from upstander.ids import new_id

COLUMN = "disclosure_student.sealed_words"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class File:
    """A student's file, opened: the row, the name, what tells them from another, their parents."""

    student: Student
    name: str
    known_by: str
    parents: str

    @property
    def id(self) -> UUID:
        return self.student.id


def new(account_id: int, place_id: int, name: str, known_by: str = "", parents: str = "", language: str = "en") -> Student:
    """A file for a student of a school; the database refuses it to who has nothing to do with the school."""
    made = Student(id=new_id(), place_id=place_id, language=language, made_at=clock.now(), made_by=account_id)
    sealing.new_holder(made.id)
    made.sealed_words = sealing.sealed(made.id, COLUMN, made.id, _words(name, known_by, parents))
    made.save(force_insert=True)
    audit.record(f"account:{account_id}", "disclosure.file", "student", made.id)
    return made


def _words(name: str, known_by: str, parents: str) -> Mapping[str, str]:
    return {"name": name.strip(), "known_by": known_by.strip(), "parents": parents.strip()}


def opened(students: Iterable[Student]) -> list[File]:
    """These files, by name; of one whose key is gone the name is empty."""
    rows = list(students)
    known = sealing.keys(row.id for row in rows)
    found = []
    for row in rows:
        said = sealing.opened(known, row.id, COLUMN, row.id, row.sealed_words)
        found.append(File(row, said.get("name", ""), said.get("known_by", ""), said.get("parents", "")))
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


def at(places: Iterable[int]) -> list[File]:
    """Every file of these schools, for who looks for one by its name."""
    return opened(Student.objects.filter(place__in=set(places)).select_related("place"))


def listed(places: Iterable[int], account_id: int, also: Iterable[UUID] = ()) -> list[File]:
    """The files of these schools that are shown without being looked for: in which something stands, those that this person has
    made, and `also` these. An empty file is one that a team has made: a list of them would say about whom it has a case."""
    shown = Q(made_by=account_id) | Q(pk__in=set(also))
    shown |= Exists(Disclosure.objects.filter(student=OuterRef("pk"))) | Exists(Emergency.objects.filter(student=OuterRef("pk")))
    return opened(Student.objects.filter(shown, place__in=set(places)).select_related("place"))
