"""What this room keeps. Everything that somebody wrote lies behind the walls of the network (migration 0002)."""

from django.db import models

from upstander.forum.board_models import Concern, ConcernStep, Post, Ruling, Thread
from upstander.forum.contribution_models import Contribution, ContributionFile, ContributionStep
from upstander.forum.request_models import Answer, Party, Request, RequestStep
from upstander.forum.written import TITLE
from upstander.network.models import Member

__all__ = [
    "Answer",
    "Card",
    "Concern",
    "ConcernStep",
    "Contribution",
    "ContributionFile",
    "ContributionStep",
    "Party",
    "Post",
    "Request",
    "RequestStep",
    "Ruling",
    "Thread",
    "Word",
]


class Card(models.Model):
    """What a member lets the other members see of them, and nothing unasked (S-peer). Withdrawn, it is gone at once."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="+")
    shows_name = models.BooleanField(default=False)
    shows_position = models.BooleanField(default=False)
    shows_organisation = models.BooleanField(default=False)
    shows_region = models.BooleanField(default=False)
    reach = models.CharField(max_length=TITLE, blank=True, default="")  # as the member wants to be reached
    knows = models.CharField(max_length=TITLE, blank=True, default="")  # what they may be asked about
    updated_at = models.DateTimeField()


class Word(models.Model):
    """A mail without content that is owed to somebody: there is something for you. It names no text, and is read by no member."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked back"
        HEARD = "heard", "Thanked, published or declined"
        PUT = "put", "A request was put to you"
        ANSWER = "answer", "An answer waits"
        DUE = "due", "A request is due"
        RULED = "ruled", "A post was released or withdrawn"

    id = models.UUIDField(primary_key=True)  # what the outbox calls it
    at = models.DateTimeField()
    level = models.SmallIntegerField()  # below it nothing is sent
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.UUIDField()  # the contribution, request or post
    not_before = models.DateTimeField()
    owed_at = models.DateTimeField(null=True)  # since when the outbox has it; until then the worker looks

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="forum_word_about"),
            models.Index(fields=["not_before"], condition=models.Q(owed_at=None), name="forum_word_waits"),
        ]
