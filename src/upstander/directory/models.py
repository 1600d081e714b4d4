"""Who is where: regions, districts, schools, colleges, agencies, answering points, and the people to tell.

Every organisation is one row of one table, whatever its kind: identifiers, contacts, enrolments,
designations, routes and referrals all point at it. In-Network is nowhere stored; see
`queries.network_status`.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from upstander.directory.calendars_models import Absence as Absence
from upstander.directory.calendars_models import CalendarSpan as CalendarSpan
from upstander.directory.calendars_models import OnCall as OnCall
from upstander.directory.calendars_models import QuietHours as QuietHours
from upstander.directory.calendars_models import SchoolHours as SchoolHours
from upstander.directory.device_models import Device as Device
from upstander.directory.verification_models import Reverification as Reverification


class Kind(models.TextChoices):
    REGION = "region", "Regional office of education"
    DISTRICT = "district", "District"
    SYSTEM = "system", "System of private schools"
    SCHOOL = "school", "School"
    COLLEGE = "college", "College"
    CAMPUS = "campus", "Campus"
    LAW_ENFORCEMENT = "law_enforcement", "Law-enforcement agency"
    MENTAL_HEALTH = "mental_health", "Mental-health agency"
    PSAP = "psap", "PSAP (9-1-1 answering point)"
    TROOP = "troop", "State police troop"
    ZONE = "zone", "State police investigation zone"


class Sector(models.TextChoices):
    NONE = "", "-"
    PUBLIC = "public", "Public"
    CHARTER = "charter", "Charter"
    PRIVATE = "private", "Private"
    SPECIAL_EDUCATION = "special_education", "Special education"
    PRIVATE_SPECIAL_EDUCATION = "private_special_education", "Private special education"
    CAREER = "career", "Career and technical"
    DETENTION = "detention", "Detention"
    STATE = "state", "State"


class County(models.Model):
    """A county (or the register's pseudo-county), under one spelling; `key` is what spellings are compared
    by.
    """

    name = models.CharField(max_length=64)
    key = models.CharField(max_length=64, unique=True)
    pseudo = models.BooleanField(default=False)
    region = models.ForeignKey("Organisation", null=True, on_delete=models.SET_NULL, related_name="counties")


class Organisation(models.Model):
    """Anything with a name that can be told of a tip, be named in one, or answer for one."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    sector = models.CharField(max_length=28, choices=Sector.choices, blank=True, default="")
    name = models.CharField(max_length=200)
    # whose list of contacts and whose enrolment count for it: a school's district or system, a campus's
    # college
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    region = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="members")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="organisations")
    address = models.CharField(max_length=200, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    zip = models.CharField(max_length=10, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    website = models.CharField(max_length=200, blank=True, default="")
    grades = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    source_key = models.CharField(
        max_length=80, null=True, unique=True
    )  # how the source's next edition finds it again
    search_text = models.CharField(
        max_length=400, blank=True, default=""
    )  # name, city, district: folded, for the picker
    retired_on = models.DateField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "name"], name="directory_org_kind"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="directory_org_search"),
        ]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A name that somebody else gave: (scheme, value), as rcdts, nces, fcc. Not unique: RCDTS repeats."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=16)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "scheme", "value"], name="directory_identifier_once"
            )
        ]
        indexes = [models.Index(fields=["scheme", "value"], name="directory_identifier_find")]


class AnsweringPoint(models.Model):
    """What is known of a PSAP beyond its name: the transfer number that call-takers dial, from whom,
    verified when.
    """

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.CASCADE, related_name="psap"
    )
    fcc_status = models.CharField(max_length=12, blank=True, default="")  # primary, secondary, orphaned
    transfer_number = models.CharField(max_length=32, blank=True, default="")
    number_source = models.CharField(max_length=120, blank=True, default="")
    number_verified_on = models.DateField(null=True)


class EndUserType(models.TextChoices):
    """D-II.A: a contact point at a school, district, mental-health or law-enforcement agency."""

    SCHOOL = "school", "School"
    DISTRICT = "district", "District"
    MENTAL_HEALTH = "mental_health", "Mental-health agency"
    LAW_ENFORCEMENT = "law_enforcement", "Law-enforcement agency"


class Contact(models.Model):
    """A point of contact (POC): a person, listed for a district, system, region or school; working for
    `organisation`.
    """

    listed_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    end_user_type = models.CharField(max_length=16, choices=EndUserType.choices)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    position = models.PositiveSmallIntegerField(default=0)  # in which order the district wants them called
    verified_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    source_key = models.CharField(max_length=160, null=True, unique=True)

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """A telephone number or e-mail address of a contact."""

    class Kind(models.TextChoices):
        PHONE = "phone", "Telephone"
        EMAIL = "email", "E-mail"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=254)
    label = models.CharField(max_length=24, blank=True, default="")  # office, mobile, home
    position = models.PositiveSmallIntegerField(default=0)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "kind", "value"], name="directory_point_once")
        ]


class Enrolment(models.Model):
    """A district's, system's or private school's participation: requested, verified by the programme,
    active, withdrawn.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="enrolments")
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=120)  # the official who asked, with whose authority
    authority = models.CharField(max_length=200)
    contact_email = models.EmailField(blank=True, default="")
    contact_phone = models.CharField(max_length=32, blank=True, default="")
    verified_at = models.DateTimeField(null=True)
    # actor, as in the audit record; with a default in the database: the school login cannot even name these
    # columns
    verified_by = models.CharField(max_length=64, blank=True, default="", db_default="")
    how_verified = models.CharField(max_length=200, blank=True, default="", db_default="")
    active_from = models.DateField(null=True)
    refused_at = models.DateTimeField(null=True)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(verified_at__isnull=False, withdrawn_on=None, refused_at=None),
                name="directory_enrolment_one_live",  # of requests there may be several: who asks last is not shut out
            )
        ]


class Route(models.Model):
    """Who answers for whom: explicit for an organisation, or the default of a county. Imported, dated,
    sourced.
    """

    class Kind(models.TextChoices):
        PSAP = "psap", "PSAP"
        LAW_ENFORCEMENT = "law_enforcement", "Law-enforcement agency of jurisdiction"
        TROOP = "troop", "Troop"
        ZONE = "zone", "Zone"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="routes")
    county = models.ForeignKey(County, null=True, on_delete=models.CASCADE, related_name="routes")
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="routed_here")
    source = models.CharField(max_length=120)
    dated = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation=None, county__isnull=False)
                | models.Q(organisation__isnull=False, county=None),
                name="directory_route_one_origin",
            ),
            models.UniqueConstraint(fields=["kind", "organisation"], name="directory_route_org_once"),
            models.UniqueConstraint(fields=["kind", "county"], name="directory_route_county_once"),
        ]


class Import(models.Model):
    """One applied import: what file, when, what changed. The directory's history for people."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    format = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
