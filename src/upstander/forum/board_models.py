"""Discussion by topic, and the board of concerns ("Spotlighting Concerns - The Program is Listening")."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.forum.written import TITLE, Written, by_one


class Thread(Written):
    """A discussion. Its level never changes: a post has the level of its thread (a foreign key of the database over both)."""

    topic = models.CharField(max_length=40, blank=True, default="")  # a code of the pack
    title = models.CharField(max_length=TITLE)
    shown = models.BooleanField(default=False)  # with its first post
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["topic", "at"], name="forum_thread_topic")]
        constraints = [by_one("forum_thread_by_one"), models.UniqueConstraint(fields=["id", "level"], name="forum_thread_level")]


class Post(Written):
    """Words in a thread. Until it is `shown`, the database gives it to its author and to the staff only."""

    class Kind(models.TextChoices):
        WORD = "word", "A word"
        PROPOSAL = "proposal", "A proposed solution"
        LESSON = "lesson", "A lesson learned"

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WORD)
    text = models.TextField()
    shown = models.BooleanField()
    held_for = ArrayField(models.CharField(max_length=12), default=list)  # why it waits, or waited: see `holding`
    found = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["thread", "at"], name="forum_post_thread"),
            models.Index(fields=["member", "at"], name="forum_post_member"),
            models.Index(fields=["at"], condition=models.Q(shown=False), name="forum_post_hidden"),
        ]
        constraints = [by_one("forum_post_by_one")]


class Ruling(Written):
    """What a moderator decided about a post, with the reason. The last one holds; all stay."""

    class Kind(models.TextChoices):
        RELEASED = "released", "Released"
        WITHDRAWN = "withdrawn", "Withdrawn"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=TITLE, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["post", "at"], name="forum_ruling_post")]
        constraints = [
            by_one("forum_ruling_by_one"),
            models.CheckConstraint(condition=models.Q(kind="released") | ~models.Q(reason=""), name="forum_ruling_with_reason"),
        ]


class Concern(Written):
    """Something that warrants attention, discussion and a solution. Its discussion is the thread of the same level."""

    code = models.CharField(max_length=40, unique=True)
    number = models.PositiveSmallIntegerField()  # on the board
    title = models.CharField(max_length=TITLE)
    text = models.TextField(blank=True, default="")  # what belongs to it, a point a line
    source = models.CharField(max_length=TITLE, blank=True, default="")
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="concern")

    class Meta:
        constraints = [by_one("forum_concern_by_one")]


class ConcernStep(Written):
    """What became of a concern: who owns it, how far it is, what came of it. The last word of each kind holds."""

    class State(models.TextChoices):
        DISCUSSED = "discussed", "Under discussion"
        PROPOSED = "proposed", "A solution is proposed"
        DOING = "doing", "Being done"
        RESOLVED = "resolved", "Resolved"
        SET_ASIDE = "set_aside", "Set aside"

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State.choices)
    owner = models.CharField(max_length=TITLE, blank=True, default="")  # who sees to it: a person or an office, by name
    text = models.TextField(blank=True, default="")  # the result, or what is done
    adopted = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")  # the proposal that is followed

    class Meta:
        indexes = [models.Index(fields=["concern", "at"], name="forum_concern_steps")]
        constraints = [by_one("forum_concern_step_by_one")]
