"""What members give: observations, words of documents, lessons learned, concerns (S-roles, S-peer)."""

from django.db import models

from upstander.forum.written import TITLE, Written, by_one
from upstander.network.models import StoredFile


class Contribution(Written):
    """What a member submitted, with the level that they propose. How far it is follows from its steps."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", "Observation"
        DOCUMENT = "document", "Document"
        LESSON = "lesson", "Lesson learned"
        CONCERN = "concern", "Concern"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    topic = models.CharField(max_length=40, blank=True, default="")  # a code of the pack
    title = models.CharField(max_length=TITLE)
    text = models.TextField()
    source = models.CharField(max_length=TITLE, blank=True, default="")  # how the member knows
    originator = models.CharField(max_length=TITLE, blank=True, default="")  # whose material it is, where not the member's own
    may_pass_on = models.BooleanField(default=False)  # the originator has allowed it (the third-agency rule)
    found = models.JSONField(default=list)  # what could identify a child: kinds and places in the text, never the words

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="forum_contribution_at"),
            models.Index(fields=["member", "at"], name="forum_contribution_mine"),
        ]
        constraints = [by_one("forum_contribution_by_one")]


class ContributionFile(models.Model):
    """A picture or document that came with a contribution. Whoever sees the contribution sees it (migration 0004)."""

    id = models.UUIDField(primary_key=True)
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=TITLE)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")


class ContributionStep(Written):
    """What was said or decided of a contribution, by the staff or by whoever gave it."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked back"
        CLARIFIED = "clarified", "Answered"
        THANKED = "thanked", "Thanked"
        PUBLISHED = "published", "Handed over as a draft"
        DECLINED = "declined", "Not taken up"

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(blank=True, default="")
    draft_id = models.UUIDField(null=True)  # of the product that was begun with it

    class Meta:
        indexes = [models.Index(fields=["contribution", "at"], name="forum_contribution_steps")]
        constraints = [by_one("forum_contribution_step_by_one")]
