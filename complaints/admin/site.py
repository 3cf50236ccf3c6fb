"""The association's desk: Django's admin with our own pages in front, and nothing on it that is not listed here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Endpoint, Organisation, User
from complaints import permissions
from complaints.admin import (
    board,
    bundles,
    case,
    deliveries,
    desk_settings,
    exports,
    film,
    first_member,
    groups,
    invitations,
    log,
    many,
    masks,
    mediation,
    notes,
    packs,
    people,
    places,
    presence,
    queue,
    reading,
    reminders,
    reuse,
    saved_views,
    templates,
    viewer,
    webhooks,
    whatif,
)
from complaints.admin.access import actor_of, frame_of
from complaints.admin.counting import note_act
from complaints.admin.faults import FaultAdmin
from complaints.admin.operators import DeliveryAdmin, EndpointAdmin
from complaints.admin.register_urls import register_paths
from complaints.admin.told import NoticeAdmin
from complaints.models import Delivery, Fault, Notice
from complaints.permissions import NotAllowed

Page = Callable[..., HttpResponseBase]

# Everything an operator looks after by stock pages. Cases are not here: they have pages of their own.
SHOWN = frozenset({Organisation, User, ApiKey, Endpoint, Delivery, Notice, Fault})


class DeskSite(AdminSite):
    """Officers see the queue and the cases of their association; operators (superusers) the stock pages."""

    site_header = _("责在谁")
    site_title = _("责在谁")
    index_title = _("运行维护")
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")
        self.register(Endpoint, EndpointAdmin)
        self.register(Delivery, DeliveryAdmin)
        self.register(Notice, NoticeAdmin)
        self.register(Fault, FaultAdmin)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take what is listed above. What packages bring along (job queue, lock-outs, groups) has no place here: a
        schedule that can be edited would run any function there is."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        super().register([model for model in models if model in SHOWN], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff, and either of an association or an operator."""
        user = request.user
        if not (user.is_active and getattr(user, "is_staff", False)):
            return False
        return bool(user.is_superuser) or actor_of(request).organisation is not None

    def admin_view(self, view: Page, cacheable: bool = False) -> Page:  # type: ignore[override]  # narrower stubs
        """As Django's; a person who is signed in and has no business here is told that there is nothing here."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return opened

    def page(self, view: Page, *, is_act: bool = True) -> Page:
        """A page about cases: only for officers of an association; an operator of none sees no case. A form
        that only looks for something is no act (``counting``)."""

        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.organisation is None:
                raise Http404
            if is_act and request.method == "POST":
                note_act(request)
            try:
                return view(request, actor, *args, **kwargs)
            except NotAllowed as refusal:  # where a page has no better place to say so
                return render(request, "admin/not_allowed.html", {**frame_of(actor), "refusal": refusal}, status=403)

        return self.admin_view(opened)

    def operators(self, view: Page) -> Page:
        """A page about the machinery: for operators."""

        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not getattr(request.user, "is_superuser", False):
                raise Http404
            return view(request, *args, **kwargs)

        return self.admin_view(opened)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path("webhooks/", self.operators(webhooks.webhooks), name="webhooks"),
            path("webhooks/<int:pk>/", self.operators(webhooks.webhook), name="webhook"),
            path("webhooks/<int:pk>/replay/", self.operators(webhooks.replay), name="webhook-replay"),
            path("webhooks/<int:pk>/<slug:name>/", self.operators(webhooks.act), name="webhook-act"),
            path("webhooks/replays/<int:pk>/cancel/", self.operators(webhooks.cancel), name="webhook-replay-cancel"),
            path("webhooks/deliveries/", self.operators(webhooks.log), name="webhook-log"),
            path("webhooks/deliveries/<int:pk>/", self.operators(webhooks.notice), name="webhook-notice"),
            path("webhooks/deliveries/<int:pk>/resend/", self.operators(webhooks.resend), name="webhook-resend"),
            path(
                "accounts/organisation/<int:pk>/invite/",
                self.admin_view(first_member.invite_first),
                name="organisation-invite",
            ),
            path("queue/", self.page(queue.queue), name="queue"),
            path("queue/find/", self.page(queue.find, is_act=False), name="queue-find"),
            path("queue/preview/<str:reference>/", self.page(queue.preview), name="queue-preview"),
            path("queue/assign/", self.page(many.assign_many), name="queue-assign"),
            path("queue/ask/", self.page(many.ask_many), name="queue-ask"),
            path("queue/news/", self.page(queue.news), name="queue-news"),
            path("queue/seen/", self.page(desk_settings.seen), name="queue-seen"),
            path("queue/keys/", self.page(desk_settings.keys), name="queue-keys"),
            path("queue/views/", self.page(saved_views.saved_views), name="queue-views"),
            path("queue/views/save/", self.page(saved_views.save), name="queue-view-save"),
            path("queue/views/<int:pk>/", self.page(saved_views.change), name="queue-view"),
            path("case/<str:reference>/", self.page(case.case), name="case"),
            path("transfers/", self.page(places.transfers), name="transfers"),
            path("transfers/<int:pk>/", self.page(places.transfer), name="transfer"),
            path("dashboard/", self.page(board.dashboard), name="dashboard"),
            path("dashboard/list/", self.page(board.listing), name="dashboard-list"),
            path("exports/", self.page(exports.exports), name="exports"),
            path("exports/new/", self.page(exports.new), name="export-new"),
            path("exports/<int:pk>/cancel/", self.page(exports.cancel), name="export-cancel"),
            path("exports/<int:pk>/file/", self.page(exports.take), name="export-file"),
            path("whatif/", self.page(whatif.whatif), name="whatif"),
            path("people/", self.page(people.people), name="people"),
            path("people/<int:pk>/", self.page(people.person), name="person"),
            path("log/", self.page(log.log), name="log"),
            path("templates/", self.page(templates.templates), name="templates"),
            path("templates/new/", self.page(templates.write), name="template-new"),
            path("templates/<int:pk>/", self.page(templates.template), name="template"),
            path("templates/<int:pk>/edit/", self.page(templates.write), name="template-edit"),
            path("templates/<int:pk>/retire/", self.page(templates.retire), name="template-retire"),
            path("case/<str:reference>/whatif/", self.page(whatif.case_whatif), name="case-whatif"),
            path("case/<str:reference>/pack/", self.page(packs.pack), name="case-pack"),
            path("mentions/", self.page(notes.mentions), name="mentions"),
            path("mentions/read/", self.page(notes.mentions_read), name="mentions-read"),
            path("case/<str:reference>/here/", self.page(presence.beat), name="case-here"),
            path("case/<str:reference>/notes/<int:number>/strike/", self.page(notes.strike), name="case-note-strike"),
            path("case/<str:reference>/evidence/<int:number>/", self.page(viewer.viewer), name="case-evidence"),
            path(
                "case/<str:reference>/evidence/<int:number>/covered/<slug:variant>/",
                self.page(viewer.covered),
                name="case-evidence-covered",
            ),
            path("case/<str:reference>/evidence/<int:number>/film/", self.page(film.film), name="case-film"),
            path("case/<str:reference>/evidence/<int:number>/play/", self.page(film.play), name="case-film-play"),
            path("case/<str:reference>/contact/", self.page(case.contact), name="case-contact"),
            path("case/<str:reference>/act/<slug:name>/", self.page(case.act), name="case-act"),
            path("case/<str:reference>/invite/<slug:party>/", self.page(invitations.invitation), name="case-invite"),
            path("case/<str:reference>/bundle/", self.page(bundles.bundle), name="case-bundle"),
            path("case/<str:reference>/bundle/<int:pk>.zip", self.page(bundles.bundle_zip), name="case-bundle-zip"),
            path(
                "case/<str:reference>/alike/<int:evidence_id>/<int:other_id>/",
                self.page(reuse.side_by_side),
                name="case-alike",
            ),
            path(
                "case/<str:reference>/alike/<int:evidence_id>/<int:blob_id>/aside/",
                self.page(reuse.aside),
                name="case-aside",
            ),
            path("case/<str:reference>/evidence/<int:evidence_id>/mask/", self.page(masks.mask), name="case-mask"),
            path(
                "case/<str:reference>/evidence/<int:evidence_id>/mask/<slug:variant>/",
                self.page(masks.picture),
                name="case-mask-picture",
            ),
            path("reminders/", self.page(reminders.reminders), name="reminders"),
            path("reminders/<int:pk>/dismiss/", self.page(reminders.dismiss), name="reminder-dismiss"),
            path(
                "case/<str:reference>/agreement/<int:number>.pdf", self.page(mediation.agreement), name="case-agreement"
            ),
            path("case/<str:reference>/termination.pdf", self.page(mediation.termination), name="case-termination"),
            path(
                "case/<str:reference>/session/<int:number>.ics",
                self.page(mediation.session_ics),
                name="case-session-ics",
            ),
            path("groups/", self.page(groups.groups_page), name="groups"),
            path("groups/new/", self.page(groups.group_new), name="group-new"),
            path("groups/suggestion/<int:pk>/dismiss/", self.page(groups.dismiss), name="group-dismiss"),
            path("groups/<int:pk>/", self.page(groups.group), name="group"),
            path("groups/<int:pk>/<slug:name>/", self.page(groups.group_act), name="group-act"),
            path("case/<str:reference>/read/", self.page(case.read), name="case-read"),
            path("case/<str:reference>/reading/<int:evidence_id>/", self.page(reading.reading), name="case-reading"),
            path("case/<str:reference>/resend/<int:pk>/", self.page(deliveries.resend), name="case-resend"),
            *register_paths(self.page),
        ]
        return own + super().get_urls()

    def index(  # type: ignore[override]  # the stubs know no redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Officers begin at the queue, an administrator who reads no cases at the people; an operator of no association
        at the stock pages."""
        actor = actor_of(request)
        if actor.organisation is not None:
            reads = not permissions.READING.isdisjoint(actor.duties)
            return redirect("admin:people" if not reads and permissions.may(actor, "people") else "admin:queue")
        return super().index(request, extra_context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One place to sign in for the whole site."""
        wanted = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def logout(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return LogoutView.as_view(next_page=settings.LOGIN_URL)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), **frame_of(actor_of(request))}
