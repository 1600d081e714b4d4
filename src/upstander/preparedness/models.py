"""What a building has done, and what is agreed for it. No state is stored: what is missing or overdue is computed.

A place is a school, or the district or system above it (what the board does for all its buildings). Words that people typed, and
files, are sealed under the place's own key (`Binder.id` is its holder, for the school's process alone). Codes, days and counts
are clear: the yearly counts are made of them. `year` is the number of the school year (the calendar year in which it begins).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from upstander.directory.models import Organisation


class Binder(models.Model):
    """A place's folder: its key, and what is known of the building."""

    id = models.UUIDField(primary_key=True)
    place = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(null=True)  # None: it was always there
    exempt = ArrayField(models.CharField(max_length=40), default=list)  # codes of the pack's exemptions
    made_at = models.DateTimeField()


class OfPlace(models.Model):
    """A row of one place."""

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()  # an account

    class Meta:
        abstract = True


class Drill(OfPlace):
    """A drill: planned for a day, then held or called off."""

    kind = models.CharField(max_length=40)  # of the pack
    year = models.SmallIntegerField()
    planned_on = models.DateField(null=True)
    held_on = models.DateField(null=True)
    called_off_at = models.DateTimeField(null=True)
    fire = models.BooleanField(default=False)  # the fire department took part
    law = models.BooleanField(default=False)
    conditions = ArrayField(models.CharField(max_length=40), default=list)  # of the pack, those that hold
    notice_on = models.DateField(null=True)  # when parents were told
    students = models.PositiveIntegerField(null=True)
    staff = models.PositiveIntegerField(null=True)
    kept_out = models.PositiveIntegerField(null=True)  # students exempted by staff or parents: how many, never who
    seconds = models.PositiveIntegerField(null=True)
    sealed_words = models.BinaryField(null=True)  # who certified it, what went well, what did not

    class Meta:
        indexes = [models.Index(fields=["place", "year"], name="preparedness_drill_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(held_on__isnull=False), name="preparedness_drill_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(called_off_at=None), name="preparedness_drill_held_or_called_off"
            ),
        ]


class FireDates(OfPlace):
    """What a school and its fire department agreed on for a school year."""

    class Outcome(models.TextChoices):
        OPEN = "", "No answer yet"
        CHOSEN = "chosen", "One of the dates was chosen"
        OTHER = "other", "Another date was agreed on"
        NONE = "none", "The department chose no date"
        WAIVED = "waived", "Both waived the dates"

    year = models.SmallIntegerField()
    contacted_on = models.DateField(null=True)  # the department wrote to the school
    proposed_on = models.DateField(null=True)
    dates = ArrayField(models.DateField(), default=list)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    decided_on = models.DateField(null=True)
    agreed = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "year"], name="preparedness_fire_once")]


class Paper(OfPlace):
    """An edition of a document. `series`: the first edition's id; the highest number of a series is the one that counts."""

    series = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)  # of the pack
    year = models.SmallIntegerField()
    in_force_on = models.DateField()
    media = models.CharField(max_length=40, blank=True, default="")  # empty: it is kept elsewhere
    size = models.PositiveIntegerField(default=0)
    sealed_words = models.BinaryField()  # its name, what has changed, where it is kept
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="preparedness_edition_once")]
        indexes = [models.Index(fields=["place", "year"], name="preparedness_paper_of")]


class Body(models.Model):
    """What an edition says, sealed; apart, so that lists do not carry it, and who only counts cannot read it."""

    paper = models.OneToOneField(Paper, primary_key=True, on_delete=models.CASCADE, related_name="body")
    sealed_body = models.BinaryField()


class Review(OfPlace):
    """The yearly meeting of a board. Signed it does not change any more."""

    year = models.SmallIntegerField()
    meets_on = models.DateField()
    invited_on = models.DateField(null=True)
    held_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.BigIntegerField(null=True)
    sealed_words = models.BinaryField()  # where, who was invited and came, findings, who signed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "year"], name="preparedness_review_once")]


class Item(OfPlace):
    """Something found that somebody sees to, until it is done: it stands in the review until then."""

    class Source(models.TextChoices):
        DRILL = "drill", "Found in a drill"
        EXERCISE = "exercise", "Found in an exercise"
        REVIEW = "review", "Found in the review"
        OTHER = "other", "Found elsewhere"

    source = models.CharField(max_length=8, choices=Source.choices)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    sealed_words = models.BinaryField()  # what, who sees to it

    class Meta:
        indexes = [models.Index(fields=["place", "done_on"], name="preparedness_item_of")]


class Filing(OfPlace):
    """Something filed or sent, by its code in the pack."""

    code = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    done_on = models.DateField()
    sealed_words = models.BinaryField(null=True)  # with whom, confirmation

    class Meta:
        indexes = [models.Index(fields=["place", "year"], name="preparedness_filing_of")]


class Member(OfPlace):
    """Somebody of a building's staff, who is to be trained each year."""

    ended_at = models.DateTimeField(null=True)
    sealed_words = models.BinaryField()  # name, what they do

    class Meta:
        indexes = [models.Index(fields=["place", "ended_at"], name="preparedness_member_of")]


class Training(models.Model):
    """A member of the staff was trained in a school year."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="trainings")
    year = models.SmallIntegerField()
    done_on = models.DateField()
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="preparedness_trained_once")]


class Exercise(OfPlace):
    """A training exercise of the school's own, around a table."""

    year = models.SmallIntegerField()
    planned_on = models.DateField()
    held_on = models.DateField(null=True)
    scenario = models.CharField(max_length=40)  # of the pack
    groups = ArrayField(models.CharField(max_length=40), default=list)  # who took part, of the pack
    people = models.PositiveIntegerField(null=True)
    sealed_words = models.BinaryField()  # who leads it, roles, what was seen

    class Meta:
        indexes = [models.Index(fields=["place", "year"], name="preparedness_exercise_of")]


class Feed(models.Model):
    """The address under which a person's own calendar reads what is planned and due: its token as a digest."""

    account_id = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
