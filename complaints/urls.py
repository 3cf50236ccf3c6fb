"""The pages for people, one list per door file."""

from complaints.web import case_urls, site_urls, wizard_urls

app_name = "complaints"
urlpatterns = [*site_urls.urlpatterns, *wizard_urls.urlpatterns, *case_urls.urlpatterns]
