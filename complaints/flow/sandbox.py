"""A place to practise: open one, hand out its keys, and take it away with everything in it when nobody uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.credentials import MintedKey, mint_api_key
from accounts.models import ApiKey, Endpoint, Organisation
from complaints import append_only
from complaints.models import Complaint, ConformanceRun, Delivery, Group, Sandbox, Tally
from complaints.networks import FEW, is_too_many

IDLE = timedelta(days=30)  # so long nobody may have used it
MOST = 2000  # places to practise on one site
MOST_A_DAY = 200  # opened, by all networks together
MOST_KEYS = 5  # live ones of one place
KEY_LASTS = timedelta(days=90)
LONGEST_NAME = 40
ENDING = {"zh": "（练习）", "en": " (practice)"}


class CannotPractise(Exception):
    """Something that a place to practise does not allow, with a sentence that says what to do."""


class TooManySandboxes(CannotPractise):
    """Enough for today from one network; ``wait`` is how long until the next may be opened."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait


@transaction.atomic
def open_for(organisation: Organisation, *, at: datetime) -> Organisation:
    """The one place to practise of a business; opened where it has none."""
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if made := place_of(organisation):
        return made
    return _make(organisation.name_zh, organisation.name_en, of=organisation, at=at)


def place_of(organisation: Organisation) -> Organisation | None:
    """Where a business practises; None where nobody opened a place for it."""
    if organisation.is_sandbox:
        return organisation
    return Organisation.objects.filter(sandbox_of=organisation).first()


@transaction.atomic
def sign_up(name: str, *, address: str, at: datetime) -> tuple[Organisation, MintedKey]:
    """``open_new`` for anybody at all, a few times a day from the network of this address. Raises CannotPractise."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if is_too_many("sandboxes", address, settings.SANDBOXES_PER_NETWORK_A_DAY, window=midnight, shares=FEW):
        raise TooManySandboxes(
            _("你这个网络今天已经开了{n}个练习环境，明天再开；已有的可以接着用。").format(
                n=settings.SANDBOXES_PER_NETWORK_A_DAY
            ),
            midnight + timedelta(days=1) - at,
        )
    if Tally.objects.count_up("sandboxes", window=midnight) > MOST_A_DAY:
        sentence = _("今天开的练习环境已经够多了，明天再开。")
        raise TooManySandboxes(sentence, midnight + timedelta(days=1) - at)
    return open_new(name, at=at)


@transaction.atomic
def open_new(name: str, *, at: datetime) -> tuple[Organisation, MintedKey]:
    """A place to practise for whoever asks, with its first key, whose text is shown once. Raises CannotPractise."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise CannotPractise(_("名称写2到{n}个字，比如公司或者团队的名字。").format(n=LONGEST_NAME))
    if Sandbox.objects.count() >= MOST:
        raise CannotPractise(_("现在开着的练习环境太多了，过几天再来。30天没人用的会自动关掉。"))
    organisation = _make(name, "", of=None, at=at)
    return organisation, mint_key(organisation, at=at)


@transaction.atomic
def mint_key(organisation: Organisation, *, at: datetime) -> MintedKey:
    """One more test key. Raises CannotPractise for an organisation that is no place to practise, or has enough."""
    if not organisation.is_sandbox:
        raise CannotPractise(_("练习密钥只能给练习环境用。"))
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if ApiKey.objects.usable(at).filter(organisation=organisation).count() >= MOST_KEYS:
        raise CannotPractise(_("练习密钥最多{n}把，用已有的；弄丢了就另开一个练习环境。").format(n=MOST_KEYS))
    minted = mint_api_key(practising=True)
    ApiKey.objects.create(
        organisation=organisation,
        label=_("练习"),
        public_id=minted.public_id,
        digest=minted.digest,
        created_at=at,
        expires_at=at + KEY_LASTS,
    )
    return minted


def note_used(organisation: Organisation, *, at: datetime) -> None:
    """It is in use: its time begins anew. Written at most once an hour."""
    Sandbox.objects.filter(pk=organisation.pk, used_at__lt=at - timedelta(hours=1)).update(used_at=at)


def close_idle(*, at: datetime, limit: int = 20) -> int:
    """Take away the places nobody used for a month, with everything in them. Returns how many."""
    pks = list(Sandbox.objects.idle(at - IDLE).order_by("used_at").values_list("pk", flat=True)[:limit])
    return sum(close(pk, at=at) for pk in pks)


@transaction.atomic
def close(organisation_id: int, *, at: datetime) -> bool:
    """Delete a place to practise: its cases with their chains, keys, addresses and notices. False where it was used
    meanwhile, or is gone.

    Invented chains are no record of anything. The guards of what is only added are off inside this transaction, and
    for no other kind of row.
    """
    held = Sandbox.objects.select_for_update().filter(pk=organisation_id).first()
    if held is None or not Sandbox.objects.idle(at - IDLE).filter(pk=organisation_id).exists():
        return False
    if Delivery.objects.filter(endpoint__organisation=organisation_id, state=Delivery.State.LEASED).exists():
        return False  # somebody is sending: the next run takes it
    doomed = _everything_of(Organisation.objects.filter(pk=organisation_id, kind=Organisation.Kind.SANDBOX))
    with append_only.lifted():
        Complaint.objects.filter(sandbox=organisation_id).update(decision=None)
        for model, pks in doomed.items():
            rows = model._base_manager.filter(pk__in=pks)
            rows._raw_delete(rows.db)
        Group.objects.filter(association__kind=Organisation.Kind.PRACTICE, members=None).delete()
        connection.check_constraints()
    return True


def runs_of(organisation: Organisation) -> Iterable[ConformanceRun]:
    """The runs of a place to practise, the newest first."""
    return organisation.conformance_runs.select_related("endpoint").order_by("-pk")


def addresses_of(organisation: Organisation) -> Iterable[Endpoint]:
    """Its addresses that stand, the newest first."""
    return organisation.endpoints.filter(removed_at=None).order_by("-pk")


def _make(name_zh: str, name_en: str, *, of: Organisation | None, at: datetime) -> Organisation:
    """Names are unique among places to practise: the second of a name gets a number."""
    taken = Organisation.objects.filter(kind=Organisation.Kind.SANDBOX, name_zh__startswith=name_zh)
    names = set(taken.values_list("name_zh", flat=True))
    number, wanted = 1, name_zh + ENDING["zh"]
    while wanted in names:
        number += 1
        wanted = f"{name_zh}{number}{ENDING['zh']}"
    made = Organisation.objects.create(
        kind=Organisation.Kind.SANDBOX,
        name_zh=wanted,
        name_en=f"{name_en}{ENDING['en']}" if name_en else "",
        sandbox_of=of,
    )
    Sandbox.objects.create(organisation=made, made_at=at, used_at=at)
    return made


def _everything_of(rows: models.QuerySet[Organisation]) -> dict[type[models.Model], set[int]]:
    """The keys of all rows that stand only because these do, model by model: what points at them, and at that.

    Foreign keys that are set to nothing when what they point at goes lead no further.
    """
    found: dict[type[models.Model], set[int]] = defaultdict(set)
    waiting: list[tuple[type[models.Model], set[int]]] = [(Organisation, set(rows.values_list("pk", flat=True)))]
    while waiting:
        model, pks = waiting.pop()
        new = pks - found[model]
        if not new:
            continue
        found[model] |= new
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
                continue
            assert isinstance(relation, ForeignObjectRel)  # what is auto-created there points here
            key, theirs = relation.field, relation.related_model
            assert isinstance(theirs, type)
            if key.remote_field.on_delete is models.SET_NULL:
                theirs._base_manager.filter(**{f"{key.name}__in": new}).update(**{key.name: None})
            elif key.remote_field.parent_link is not True:
                keys = theirs._base_manager.filter(**{f"{key.name}__in": new}).values_list("pk", flat=True)
                waiting.append((theirs, set(keys)))
    return found
