"""A student's file of disclosures, and what stands in it.

A file belongs to one school, and so to its district: a student who attends two districts has a file in each, and neither reads
the other's (34 CFR 99.32 asks each of them for its own). What
people typed is sealed under the file's own key (`Student.id` is its
holder, for the school's process alone). Codes, times and who wrote are clear.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation


class Student(models.Model):
    """A student of whom something was disclosed, or about whom a team has a case."""

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the school
    language = models.CharField(max_length=8, default="en")  # of letters to the parents
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()  # an account
    sealed_words = models.BinaryField()  # name, what tells them from another, parents


class Emergency(models.Model):
    """An emergency that the school has recorded for a student: the threat in words, the four factors (105 ILCS 10/6(a)(7))."""

    id = models.UUIDField(primary_key=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="emergencies")
    at = models.DateTimeField()
    made_by = models.BigIntegerField()
    factors = ArrayField(models.CharField(max_length=40))  # of the pack; the database asks for all four
    sealed_words = models.BinaryField()  # the threat, and why each factor holds
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)


class Disclosure(models.Model):
    """What was told, to whom, on which ground. It is never changed: only that the parents were told is added."""

    id = models.UUIDField(primary_key=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="disclosures")
    at = models.DateTimeField()  # when it was told
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    who = models.CharField(max_length=40)  # the five answers of the advisor, codes of the pack
    record = models.CharField(max_length=40)
    why = models.CharField(max_length=40)
    urgency = models.CharField(max_length=40)
    holds = ArrayField(models.CharField(max_length=40), default=list)
    verdict = models.CharField(max_length=12)  # what the pack said then
    rules = models.CharField(max_length=32)  # the version of its rules
    cites = ArrayField(models.CharField(max_length=60), default=list)  # the ground
    walled = models.BooleanField()  # an officer on a team passes it on in a recorded emergency only
    emergency = models.ForeignKey(Emergency, null=True, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(null=True)  # of a team
    sealed_words = models.BinaryField()  # recipient, their interest, what was told, who decided
    notice_due_at = models.DateTimeField(null=True)  # the parents know by then
    notified_at = models.DateTimeField(null=True)
    notified_by = models.BigIntegerField(null=True)
    sealed_notice = models.BinaryField(null=True)  # how they were told

    class Meta:
        indexes = [models.Index(fields=["student", "-at"], name="disclosure_of_student")]
