"""Who may do what, computed from live grants and designations at this moment; nothing of it is kept in a
session.

`account` is `request.user`: an Account, or Django's AnonymousUser, who may do nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from upstander import clock
from upstander.directory.models import Kind, Organisation
from upstander.people import passwords
from upstander.people.models import Account, Designation, RoleGrant
from upstander.web import errors

Anybody = AbstractBaseUser | AnonymousUser
View = Callable[..., HttpResponseBase]

# Origins that are not the programme's own: what staff sign in with is changed at the desk only.
OUTSIDE = frozenset({"school", "network"})
# Rooms above say here who has business at an origin that is theirs.
BUSINESS: dict[str, Callable[[Anybody], bool]] = {}
# Whose administrator also looks after what stands under it: a district's schools, a private system's schools.
_UMBRELLAS = (Kind.DISTRICT, Kind.SYSTEM)
_DEEPEST = 4  # school, district or system, region: no chain of parents is longer


def live() -> Q:
    """What has begun and not ended, for grants and designations."""
    now = clock.now()
    return Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))


def public_by_intention(account: Anybody) -> bool:
    """Whether this is a demo account outside the sandbox. Everybody can read its password and its codes, so
    a database that once practised must not let it in when it goes into service.
    """
    return bool(getattr(account, "is_demo", False)) and not settings.UPSTANDER_SANDBOX


def _id(account: Anybody) -> int:
    """The account's id; 0, which nobody has, where it may do nothing."""
    if account.pk is None or not account.is_active or public_by_intention(account):
        return 0
    return int(account.pk)


def roles(account: Anybody) -> frozenset[str]:
    """The codes of the programme roles (`models.Role`) that `account` holds now."""
    pk = _id(account)
    found = RoleGrant.objects.filter(live(), account_id=pk)
    return frozenset(found.values_list("role", flat=True)) if pk else frozenset()


def holds(account_id: int, *names: str) -> bool:
    """Whether the account of this id holds one of these roles now: for verbs, which are handed ids."""
    account = Account.objects.filter(pk=account_id).first()
    return account is not None and not roles(account).isdisjoint(names)


def staff(account: Anybody) -> bool:
    """Whether `account` holds, or ever held, a role: what it signs in with is changed at the desk only (migration 0004).

    Not by `_id`: this is asked in order to refuse, and an account that may do nothing is refused all the more.
    """
    return account.pk is not None and RoleGrant.objects.filter(account_id=account.pk).exists()


def ever_designated(account: Anybody) -> bool:
    """Whether `account` is or was designated at a school or agency. Not by `_id`, as `staff`."""
    return account.pk is not None and Designation.objects.filter(account_id=account.pk).exists()


def kept_elsewhere(account: Anybody) -> bool:
    """Whether what `account` signs in with is changed at another origin than this one: of staff at the desk, and of whoever is or
    was designated at a school not at the network's (migration 0013)."""
    if settings.PROCESS not in OUTSIDE or account.pk is None:
        return False
    return passwords.kept_elsewhere(account.pk) if passwords.hidden() else staff(account)


def _designations(account: Anybody, *kinds: str) -> QuerySet[Designation]:
    pk = _id(account)
    found = Designation.objects.filter(live(), account_id=pk) if pk else Designation.objects.none()
    return found.filter(kind__in=kinds) if kinds else found


def designated(account: Anybody) -> bool:
    """Whether `account` has any business at the school origin: a live designation of either kind (D-II.I)."""
    return _designations(account).exists()


def scopes(account: Anybody) -> tuple[int, ...]:
    """The ids of the organisations whose referrals `account` may read (D-II.I), in order.

    Only a designation as end-user counts: who administers an organisation without being designated sees no
    referral.
    """
    found = _designations(account, Designation.Kind.END_USER)
    return tuple(found.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Reach:
    """What one designation opens: the referrals of an organisation; of those, if `within_id` is set, only what
    is about that district, system or school, or a school under it.
    """

    organisation_id: int
    within_id: int | None
    contact_id: int | None


def reaches(account: Anybody) -> tuple[Reach, ...]:
    """What `account` may read, designation by designation; see `scopes`."""
    found = _designations(account, Designation.Kind.END_USER).order_by("organisation_id", "pk")
    return tuple(Reach(*row) for row in found.values_list("organisation_id", "within_id", "contact_id"))


def administered(account: Anybody) -> tuple[int, ...]:
    """The ids of the organisations that name `account` as their administrator, without what stands under
    them.
    """
    found = _designations(account, Designation.Kind.ADMINISTRATOR)
    return tuple(found.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())


def administers(account: Anybody, organisation_id: int) -> bool:
    """Whether `account` administers this organisation: it itself, or the district or system it stands
    under.
    """
    own = set(administered(account))
    if organisation_id in own:
        return True
    at = Organisation.objects.filter(pk=organisation_id).select_related("parent").first()
    for _step in range(_DEEPEST):
        at = at.parent if at else None
        if at is None or not own:
            return False
        if at.pk in own and at.kind in _UMBRELLAS:
            return True
    return False


def require_role(*names: str) -> Callable[[View], View]:
    """Let a view be seen by holders of any of these roles only: others read a 403 page, strangers the
    sign-in page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if roles(request.user).isdisjoint(names):
                return errors.another_role(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
