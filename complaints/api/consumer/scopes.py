"""What a key of an association may be made for, in words. Each is named: a key opens nothing by leaving them out."""

from django.utils.translation import gettext_lazy as _

from complaints.flow.stands import FILE, FOLLOW

CONSUMER_SCOPES = {
    FILE: _("替消费者填投诉、传证据、做责任自查"),
    FOLLOW: _("消费者给出回执码后，查看并办理这一件投诉"),
}
