"""What a process that may only read is asked to do by the tests."""

from complaints.models import Complaint

NAME = "renamed"


def count() -> int:
    return Complaint.objects.count()


def rename() -> int:
    """A write, which must be refused."""
    return Complaint.objects.update(goods=NAME)
