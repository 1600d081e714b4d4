"""The team of a place, and its cases.

Words that people typed are sealed: a roster's names under the team's key, all of a case under the case's own key (`Case.id` is
its holder), both for the school's process alone. Codes, days and who wrote are clear. Nothing is removed: an entry is taken back,
a later decision counts instead of an earlier one.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation
from upstander.disclosure.models import Student


class Team(models.Model):
    """The threat-assessment team of a district, system or school: its own, or the regional one that works for it."""

    class Kind(models.TextChoices):
        OWN = "own", "A team of our own"
        REGIONAL = "regional", "A regional team"

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    scale = models.CharField(max_length=40)  # of the pack
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place"], name="assessment_team_once")]


class Member(models.Model):
    """Somebody on the roster: an account, by a designation that lives, or a name alone (who then reads nothing here)."""

    id = models.UUIDField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    part = models.CharField(max_length=40)  # of the pack
    officer = models.BooleanField()
    shelves = ArrayField(models.CharField(max_length=12))
    designation_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    sealed_name = models.BinaryField(null=True)  # of who has no account
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id"], name="assessment_member_who")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(designation_id__isnull=False, account_id__isnull=False, sealed_name=None)
                | models.Q(designation_id=None, account_id=None, sealed_name__isnull=False),
                name="assessment_member_someone",
            )
        ]


class Agreement(models.Model):
    """A member has signed to keep silent; before that they read nothing."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.PROTECT, related_name="agreement")
    version = models.CharField(max_length=32)  # of the pack's words
    signed_at = models.DateTimeField()


class Case(models.Model):
    """One person about whom the team asks whether they may hurt somebody, or themselves."""

    class Origin(models.TextChoices):
        TIP = "tip", "A tip"
        HALLWAY = "hallway", "Told at the school"
        MOVED = "moved", "Handed over by another district's team"

    id = models.UUIDField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)  # of the pack: student, staff, …
    student = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    referral_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    review_on = models.DateField(null=True)  # when the team looks at it again
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closing = models.CharField(max_length=40, blank=True, default="")  # of the pack
    kept_from = ArrayField(models.BigIntegerField(), default=list)  # accounts of members whom it is about, or near to
    sealed_words = models.BinaryField()  # who it is, what was told
    sealed_closing = models.BinaryField(null=True)  # why it was closed

    class Meta:
        indexes = [models.Index(fields=["team", "closed_at"], name="assessment_case_of")]


class OfCase(models.Model):
    """A row of one case."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        abstract = True


class Entry(OfCase):
    """What somebody saw, heard, found or wrote, on the day when it was so."""

    kind = models.CharField(max_length=40)  # of the pack: interview, behavior, …
    theme = models.CharField(max_length=40, blank=True, default="")  # of the pack
    shelf = models.CharField(max_length=12)
    day = models.DateField()
    sealed_text = models.BinaryField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "day"], name="assessment_entry_of")]


class Step(OfCase):
    """A step of the pack's way that the team has done."""

    code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="assessment_step_once")]


class Level(OfCase):
    """How grave the team holds it to be, and whether law enforcement is told; the latest counts."""

    scale = models.CharField(max_length=40)
    level = models.CharField(max_length=40)
    thresholds = ArrayField(models.CharField(max_length=40), default=list)
    police_told_at = models.DateTimeField(null=True)
    sealed_reason = models.BinaryField()  # why this level; why the police are told, or not


class Item(OfCase):
    """A piece of the safety plan: who sees to what, and when it is looked at again."""

    owner = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)
    sealed_text = models.BinaryField()  # what; who sees to it, where it is nobody of the team

    class Meta:
        indexes = [models.Index(fields=["case", "done_at"], name="assessment_item_of")]


class HandOver(models.Model):
    """A student moves: what the new district's team is given, and whether it has taken it. Under a key of its own."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    disclosure_id = models.UUIDField()  # in the student's log
    sealed_words = models.BinaryField()  # who it is, what the new team must know
    withdrawn_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.BigIntegerField(null=True)
    new_case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(withdrawn_at=None), name="assessment_one_hand_over"
            )
        ]
