"""Django's admin with our own site: the association's desk."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "complaints.admin.site.DeskSite"
