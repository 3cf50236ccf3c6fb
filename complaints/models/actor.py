"""Who is asking: the one value that the gate ``visible_to`` and the permissions read."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation, User
from complaints.lifecycle import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or machine at a door. Nobody (all fields empty) sees nothing.

    ``complaint_id`` is set for a receipt session: the one case that the code opened, beside those of an account; and,
    with ``respondent_id``, for a party that came by an invitation and speaks for itself in that one case.
    """

    role: Role | None = None
    user: User | None = None
    organisation: Organisation | None = None
    complaint_id: int | None = None
    respondent_id: int | None = None
    duties: frozenset[str] = frozenset()  # codes of Membership.Duty, or Part

    @classmethod
    def officer(cls, user: User) -> Actor:
        """An officer acts for the association they are a member of; without one they see nothing."""
        member = user.membership_in(Organisation.Kind.ASSOCIATION)
        if member is None:
            return cls(Role.OFFICER, user)
        return cls(Role.OFFICER, user, member.organisation, duties=frozenset(member.duties))

    @classmethod
    def consumer(cls, user: User, *, opened: int | None = None) -> Actor:
        """A person with an account; ``opened`` is a further case whose receipt code they have typed."""
        return cls(Role.CONSUMER, user, complaint_id=opened)

    @classmethod
    def receipt(cls, complaint_id: int) -> Actor:
        return cls(Role.CONSUMER, complaint_id=complaint_id)

    @classmethod
    def machine(cls, organisation: Organisation) -> Actor:
        return cls(Role.RESPONDENT, organisation=organisation)

    @classmethod
    def representative(cls, user: User, organisation: Organisation) -> Actor:
        """A person who signed in for a business they are a member of; of none, they see nothing."""
        member = user.memberships.filter(organisation=organisation).first()
        if member is None or organisation.kind in {Organisation.Kind.ASSOCIATION, Organisation.Kind.PRACTICE}:
            return cls()
        return cls(Role.RESPONDENT, user, organisation, duties=frozenset(member.duties))

    @classmethod
    def invited(cls, *, complaint_id: int, respondent_id: int) -> Actor:
        return cls(Role.RESPONDENT, complaint_id=complaint_id, respondent_id=respondent_id)

    @property
    def label(self) -> str:
        """A code for timelines and logs: never a name (``officer:12``, ``organisation:3``, ``consumer``)."""
        if self.role == Role.OFFICER and self.user:
            return f"officer:{self.user.pk}"
        if self.role == Role.RESPONDENT and self.organisation:
            return f"organisation:{self.organisation.pk}"
        if self.respondent_id:
            return f"respondent:{self.respondent_id}"
        return str(self.role or "nobody")
