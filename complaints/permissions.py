"""What each duty at an association may do: one table, read by every verb and by every door that shows a button.

The table of moves (``lifecycle``) says that an officer may accept a case; this one says which officer. It binds people
of an association only: what consumers, parties and the clock may do stands in ``lifecycle`` and in each verb.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts.models import Membership
from complaints.lifecycle import IllegalMove, Role
from complaints.models.actor import Actor

Duty = Membership.Duty

READING = frozenset({Duty.INTAKE, Duty.MEDIATOR, Duty.LEAD, Duty.AUDITOR})
_INTAKE = frozenset({Duty.INTAKE, Duty.MEDIATOR, Duty.LEAD})
_MEDIATOR = frozenset({Duty.MEDIATOR, Duty.LEAD})
_LEAD = frozenset({Duty.LEAD})
_ADMINISTRATOR = frozenset({Duty.ADMINISTRATOR})

# Act → the duties any one of which is enough. Names are those of the table of moves and of the acts at the desk.
MAY: Mapping[str, frozenset[Membership.Duty]] = {
    # Taking in: the first look at a case, until it is accepted or declined.
    **dict.fromkeys(("assign", "ask", "query", "accept", "decline", "message", "note", "file", "invite"), _INTAKE),
    **dict.fromkeys(("serve", "serve-back"), _INTAKE),
    **dict.fromkeys(("records", "records-served", "records-answer", "records-looked", "mask", "release"), _INTAKE),
    **dict.fromkeys(("bundle", "whatif", "aside", "reading", "resend", "recuse", "place", "dismiss"), _INTAKE),
    # Mediating: what is so, what is offered, how it ends.
    **dict.fromkeys(("finding", "factors", "override", "second", "review", "testing", "tested"), _MEDIATOR),
    **dict.fromkeys(("offer", "session", "agreement", "performance", "settle", "terminate", "hand-off"), _MEDIATOR),
    **dict.fromkeys(("contest", "extension", "unreachable"), _MEDIATOR),
    **dict.fromkeys(("keep", "resume", "resume-referral", "resume-mediation"), _MEDIATOR),  # moves of a performance
    **dict.fromkeys(("group", "export", "register"), _MEDIATOR),
    # Leading: what leaves the association, goes back on what was done, or cannot be undone.
    **dict.fromkeys(("transfer", "reopen", "hold", "lift-hold", "erase", "keep-evidence"), _LEAD),
    **dict.fromkeys(("reopen-negotiation", "reopen-referral", "reopen-mediation"), _LEAD),  # moves of a reopening
    **dict.fromkeys(("merge-parties", "export-names", "templates", "share-view"), _LEAD),
    **dict.fromkeys(("recuse-other", "lift-recusal"), _LEAD),
    # Looking, with a reason that goes on record: everybody who reads cases. An auditor changes nothing.
    **dict.fromkeys(("contact", "original"), READING),
    # Looking after: who has which duty.
    "people": _ADMINISTRATOR,
    "load": frozenset({Duty.AUDITOR, Duty.LEAD}),
    "read-log": frozenset({Duty.AUDITOR, Duty.LEAD, Duty.ADMINISTRATOR}),
}


class NotAllowed(IllegalMove):
    """An act that is not of this officer's duties, with a sentence that names who may do it."""


def may(actor: Actor, act: str) -> bool:
    """Whether the actor's duties allow it. Who is no officer is not bound by this table. Raises KeyError for an act
    that is not in it."""
    return not MAY[act].isdisjoint(actor.duties) if actor.role == Role.OFFICER else True


def may_speak(actor: Actor) -> bool:
    """Whether the actor may speak for a party: of the people of a business only who answers. Machines are held by the
    scopes of their keys, guests by their invitation."""
    is_member = actor.role == Role.RESPONDENT and actor.user is not None
    return not is_member or Membership.Part.ANSWERING in actor.duties


def require(actor: Actor, act: str) -> None:
    """Raises NotAllowed; nothing has changed then. The first line of every verb that officers call."""
    if not may(actor, act):
        able = _("、").join(str(duty.label) for duty in Duty if duty in MAY[act])
        raise NotAllowed(_("你的岗位不能做这一步，要由{able}来做。什么都没有改动。").format(able=able))
