"""One template for every form field, so that label, hint and error are wired for screen readers once."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    field_template_name = "components/field.html"
