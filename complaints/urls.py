"""The pages for people, one list per door file."""

from complaints.api import reference_urls
from complaints.web import (
    account_urls,
    case_urls,
    check_urls,
    developers_urls,
    portal_urls,
    rules_urls,
    site_urls,
    stats_urls,
    wizard_urls,
)

app_name = "complaints"
urlpatterns = [
    *site_urls.urlpatterns,
    *check_urls.urlpatterns,
    *wizard_urls.urlpatterns,
    *case_urls.urlpatterns,
    *portal_urls.urlpatterns,
    *rules_urls.urlpatterns,
    *stats_urls.urlpatterns,
    *developers_urls.urlpatterns,
    *reference_urls.urlpatterns,
    *account_urls.urlpatterns,
]
