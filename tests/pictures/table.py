"""What is shown: one line a page. To show another page, add a line.

``{silk}`` in an address stands for the number of that case of the demonstration (complaints/demo/stories.toml).
``who``: nobody; a user of the demonstration; ``receipt:SLUG``, somebody with the receipt code of that case; or
``invited:SLUG``, the shop of that case, let in by an officer's code.
``press``: what is pressed before the picture is taken, to show what a page says to it.
``status``: what the page itself is answered with (HTTP, RFC 9110), once redirects are followed.
"""

from dataclasses import dataclass

LIN, CHEN, OPERATOR = "linxiao", "chenli", "yunwei"
MEMBER, ENGINEER = "pingtai1", "gongcheng1"  # of the connected platform
TONIC, COAT, JADE = "receipt:tonic", "receipt:wool-coat", "receipt:jade"
SEND = "main form button[type=submit]:not([name])"
PASTE = "#signature [type=submit]"
INVENTED = "main a[href*='/r/sandbox/case/']"


@dataclass(frozen=True, slots=True)
class Shown:
    """One page: the name of its files, its address, what the index says of it."""

    name: str
    path: str
    title: str
    who: str = ""
    press: str = ""
    status: int = 200


PUBLIC = (
    Shown("home", "/", "Landing (P1)"),
    Shown("how", "/how/", "How it works (P2)"),
    Shown("check-start", "/check/", "The two-minute check (P3)"),
    Shown("rules", "/rules/", "The rules (P6)"),
    Shown("rules-nothing", "/rules/?q=zzzz", "The rules: nothing found"),
    Shown("rule", "/rules/A01/", "One rule (P7)"),
    Shown("rules-law", "/rules/law/AUCL2019/", "One law"),
    Shown("anchors", "/anchors/", "The anchors: signed roots, open to all"),
    Shown("help", "/help/", "Help (P10)"),
    Shown("help-find-live-room", "/help/find-live-room/", "Help: find the live room"),
    Shown("help-find-live-room-douyin", "/help/find-live-room/douyin/", "Help: find it on one platform"),
    Shown("help-evidence", "/help/evidence/live/", "Help: one kind of evidence"),
    Shown("help-contact-merchant", "/help/contact-merchant/", "Help: where to write to the shop"),
    Shown("help-trim-video", "/help/trim-video/", "Help: cut a film on the phone"),
    Shown("stats", "/stats/", "Public figures (P8)"),
    Shown("stats-method", "/stats/method/", "How the figures are counted"),
    Shown("track", "/track/", "Track without an account (P11)"),
    Shown("track-errors", "/track/", "Track: a code that is none", press=SEND),
    Shown("track-lost", "/track/lost/", "Track: a lost code"),
    Shown("respondent", "/r/", "The respondents' entrance (R1)"),
    Shown("respondent-sign-in", "/r/sign-in/", "Respondents sign in: one case, or a business's account (R1)"),
    Shown("developers", "/developers/", "API documentation (P9)"),
    Shown("developers-api", "/developers/api/", "Every address in words"),
    Shown("developers-reference", "/developers/reference/", "All operations of the API"),
    Shown("developers-operation", "/developers/reference/createResponse/", "One operation, with its console"),
    Shown("first-hour", "/developers/first-hour/", "An engineer's first hour"),
    Shown("sandbox", "/developers/sandbox/", "Opening a place to practise"),
    Shown("developers-kiosk", "/developers/kiosk/", "API documentation for kiosks and hotlines"),
    Shown("developers-errors", "/developers/?lang=go", "A signature to check, nothing pasted", press=PASTE),
    Shown("privacy", "/privacy/", "Privacy (P12)"),
    Shown("accessibility", "/accessibility/", "Accessibility (P12)"),
    Shown("terms", "/terms/", "Terms (P12)"),
    Shown("error-404", "/nothing-here/", "Nothing here (P13)", status=404),
    Shown("offline", "/offline/", "Without a line"),
    Shown("sign-in", "/account/sign-in/", "Sign in (C35)"),
    Shown("sign-in-errors", "/account/sign-in/", "Sign in: nothing given", press=SEND),
    Shown("sign-up", "/account/sign-up/", "An account by e-mail (C36)"),
    Shown("sign-up-errors", "/account/sign-up/", "An account: nothing given", press=SEND),
    Shown("resume", "/resume/", "Go on on another device (C22)"),
    Shown("complaint-start", "/complaint/", "Start of a complaint (C1)"),
)
CASES = (
    Shown("mine", "/mine/", "My complaints (C36)", LIN),
    Shown("account", "/account/", "The account (C37)", LIN),
    Shown("account-claim", "/account/claim/", "Add a complaint to the account", LIN),
    Shown("account-delete", "/account/delete/", "Delete the account (C38)", LIN),
    Shown("security", "/account/security/", "Second step and passkeys", LIN),
    Shown("security-app", "/account/security/app/", "A code from an app", LIN),
    Shown("account-password", "/account/change-password/", "Another password", LIN),
    Shown("case", "/case/{silk}/", "A case under way (C26)", LIN),
    Shown("case-accepted", "/case/{tonic}/", "A case before the association", TONIC),
    Shown("case-ended", "/case/{refund}/", "A case that ended", LIN),
    Shown("case-bundle", "/case/{silk}/bundle/", "The bundle of evidence", LIN),
    Shown("case-group", "/case/{umbrella}/group/", "Handled together with others", "receipt:umbrella"),
    Shown("decision", "/case/{silk}/decision/", "The decision (C24)", LIN),
    Shown("decision-v1", "/case/{silk}/decision/?v=1", "An older version of it", LIN),
    Shown("decision-unknown", "/case/{jade}/decision/", "A decision that still waits for facts", JADE),
    Shown("trace", "/case/{silk}/trace/", "The full reasoning (C25)", LIN),
    Shown("days", "/case/{tonic}/days/", "Every day, and why", TONIC),
    Shown("next", "/case/{silk}/next/", "Who should take it next (C39)", LIN),
    Shown("letter", "/case/{silk}/letter/?to=merchant", "The letter (C32)", LIN),
    Shown("letter-platform", "/case/{silk}/letter/?to=platform", "The letter to the platform", LIN),
    Shown("moments", "/case/{silk}/moments/", "What was said in the livestream", LIN),
    Shown("records", "/case/{silk}/records/", "Records asked of the platform", LIN),
    Shown("evidence", "/case/{silk}/evidence/", "Evidence of a case (C28)", LIN),
    Shown("evidence-errors", "/case/{silk}/evidence/", "Evidence: nothing chosen", LIN, press="#add [type=submit]"),
    Shown("evidence-mask", "/case/{silk}/evidence/1/mask/", "What the other side sees of a picture", LIN),
    Shown("evidence-pages", "/case/{jade}/evidence/", "The pages of a file", JADE, press="a[href$='/pages/']"),
    Shown("evidence-ended", "/case/{refund}/evidence/", "Evidence of a case that ended", LIN),
    Shown("offer", "/case/{lowest-price}/offer/1/", "An offer (C29)", LIN),
    Shown("offer-accepted", "/case/{wool-coat}/offer/1/", "An offer taken", COAT),
    Shown("messages", "/case/{silk}/messages/", "Messages (C27)", LIN),
    Shown("messages-merchant", "/case/{silk}/messages/merchant/", "Messages with the shop", LIN),
    Shown("review", "/case/{silk}/review/", "Ask a person to look (C33)", LIN),
    Shown("review-open", "/case/{phone}/review/", "A review under way", "receipt:phone"),
    Shown("authority", "/case/{tonic}/authority/", "A letter of authority", TONIC),
    Shown("case-session", "/case/{tonic}/session/1/", "A mediation session", TONIC),
    Shown("case-agreement", "/case/{hair-dryer}/agreement/1/", "A settlement agreement", "receipt:hair-dryer"),
    Shown("contact-verify", "/case/{silk}/contact/verify/", "Prove a telephone (C20)", LIN),
    Shown("refer", "/case/{silk}/refer/", "Hand it to the association", LIN),
    Shown("withdraw", "/case/{silk}/withdraw/", "Withdraw (C34)", LIN),
    Shown("feedback", "/case/{refund}/feedback/", "How it went (C31)", LIN),
    Shown("reopen", "/case/{refund}/reopen/", "Open it again", LIN),
)
RESPONDENT = (
    Shown("portal-inbox", "/r/inbox/", "A platform's complaints (R2)", MEMBER),
    Shown("portal-case", "/r/case/{silk}/", "One case as a platform's member sees it (R3)", MEMBER),
    Shown("portal-team", "/r/team/", "A platform's people (R9)", MEMBER),
    Shown("portal-keys", "/r/keys/", "A platform's API keys (R9)", MEMBER),
    Shown("portal-import", "/r/import/", "Answers from a table", MEMBER),
    Shown("portal-inbox-ended", "/r/inbox/?tab=ended", "A platform's complaints that ended (R2)", MEMBER),
    Shown("portal-inbox-nothing", "/r/inbox/?q=ZZ-000000-0000", "A platform's complaints: nothing found", MEMBER),
    Shown("portal-answer", "/r/case/{silk}/answer/1/", "A platform answers, step by step (R4)", MEMBER),
    Shown("portal-answer-whole", "/r/case/{silk}/answer/", "The answer on one page", MEMBER),
    Shown("portal-identity", "/r/case/{silk}/identity/", "A platform says who the seller is", MEMBER),
    Shown("portal-records", "/r/case/{silk}/records/", "Records asked of a platform", MEMBER),
    Shown("portal-webhooks", "/r/webhooks/", "Where a platform takes notices (R10)", ENGINEER),
    Shown("portal-webhook", "/r/webhooks/1/", "One address with its log (R10)", ENGINEER),
    Shown("portal-webhook-tls", "/r/webhooks/1/tls/", "Certificates of an address", ENGINEER),
    Shown("portal-webhook-failing", "/r/webhooks/3/", "An address that takes nothing any more (R10)", ENGINEER),
    Shown("portal-webhook-rotate", "/r/webhooks/1/rotate/", "Another signing secret (R10)", ENGINEER),
    Shown("portal-sandbox", "/r/sandbox/", "A platform's place to practise", ENGINEER),
    Shown("portal-sandbox-case", "/r/sandbox/", "Make something happen in an invented case", ENGINEER, press=INVENTED),
    Shown("portal-wrong-part", "/r/inbox/", "A page of the portal for other colleagues (P13)", ENGINEER, status=403),
    Shown("portal-join-old", "/r/join/abc/", "An invitation that ended", status=410),
    Shown("respondent-case", "/r/case/{phone}/", "A case as the shop sees it (R3)", "invited:phone"),
    Shown("respondent-answer", "/r/case/{phone}/answer/", "The shop answers (R4)", "invited:phone"),
    Shown("respondent-offer", "/r/case/{phone}/offer/", "The shop offers", "invited:phone"),
    Shown(
        "respondent-extension", "/r/case/{silk-second}/extension/", "The shop asks for time (R8)", "invited:silk-second"
    ),
    Shown("respondent-facts", "/r/case/{phone}/facts/", "The shop says what is so", "invited:phone"),
    Shown("respondent-proof", "/r/case/{phone}/proof/", "The shop shows proof (R6)", "invited:phone"),
    Shown("respondent-bundle", "/r/case/{phone}/bundle/", "The bundle a shop takes", "invited:phone"),
)
DESK = (
    Shown("desk", "/admin/queue/", "The desk: queue (A2)", CHEN),
    Shown("desk-contest", "/admin/case/{digital-doctor}/act/contest/", "The desk: who answers", "huangmin"),
    Shown("desk-nothing", "/admin/queue/?q=zzzz", "The desk: nothing found", CHEN),
    Shown("desk-views", "/admin/queue/views/", "The desk: saved views", CHEN),
    Shown("desk-keys", "/admin/queue/keys/", "The desk: keys", CHEN),
    Shown("desk-case", "/admin/case/{phone}/", "The desk: a case (A3)", CHEN),
    Shown("desk-decline", "/admin/case/{baby-food}/act/decline/", "The desk: decline", CHEN),
    Shown("desk-override", "/admin/case/{phone}/act/override/", "The desk: override (A6)", CHEN),
    Shown("desk-review", "/admin/case/{phone}/act/review/", "The desk: answer a review", CHEN),
    Shown("desk-invitation", "/admin/case/{phone}/invite/merchant/", "The desk: let a shop in", CHEN),
    Shown("desk-evidence", "/admin/case/{silk}/evidence/2/?with=3", "The desk: two pieces of evidence (A4)", CHEN),
    Shown("desk-mentions", "/admin/mentions/", "The desk: notes that point to me", CHEN),
    Shown("desk-dashboard", "/admin/dashboard/?from=2026-01-01", "The desk: dashboard (A1)", CHEN),
    Shown("desk-dashboard-list", "/admin/dashboard/list/?figure=hand", "The desk: the list behind a figure", CHEN),
    Shown("desk-export", "/admin/exports/new/?view=every", "The desk: ask for an export (A17)", CHEN),
    Shown("desk-exports", "/admin/exports/", "The desk: exports and their log (A17)", CHEN),
    Shown("desk-whatif", "/admin/whatif/", "The desk: what if (A5)", CHEN),
    Shown("people", "/admin/people/", "People and duties (A16)", CHEN),
    Shown("log", "/admin/log/", "Who looked, who changed (A15)", CHEN),
    Shown("desk-templates", "/admin/templates/", "Desk: templates (A14)", CHEN),
    Shown("desk-template", "/admin/templates/8/?case={silk}", "Desk: a text message, in a case", CHEN),
    Shown("desk-session", "/admin/case/{phone}/act/session/", "The desk: call a session", CHEN),
    Shown("desk-factors", "/admin/case/{phone}/act/factors/", "The desk: weigh the whole picture", CHEN),
    Shown("desk-reminders", "/admin/reminders/", "The desk: reminders", CHEN),
    Shown("desk-groups", "/admin/groups/", "The desk: groups and suggestions (A7)", CHEN),
    Shown("desk-group-new", "/admin/groups/new/?suggestion=1", "The desk: a suggestion", CHEN),
    Shown("desk-group", "/admin/groups/1/", "The desk: one group", CHEN),
    Shown("desk-group-offer", "/admin/groups/1/offer/", "The desk: an offer to a group", CHEN),
    Shown("desk-pack", "/admin/case/{phone}/pack/", "The desk: papers for handing a case over", CHEN),
    Shown("desk-webhooks", "/admin/webhooks/", "The desk: addresses of platforms (A11)", OPERATOR),
    Shown("desk-webhook", "/admin/webhooks/1/", "The desk: one address (A11)", OPERATOR),
    Shown("desk-webhook-log", "/admin/webhooks/deliveries/", "The desk: the log of notices (A12)", OPERATOR),
    Shown("desk-webhook-notice", "/admin/webhooks/deliveries/1/", "The desk: one notice (A12)", OPERATOR),
    Shown("desk-bundle", "/admin/case/{phone}/bundle/", "The desk: the bundle of evidence", CHEN),
    Shown("desk-case-whatif", "/admin/case/{phone}/whatif/", "The desk: what if, of a case", CHEN),
    Shown("desk-transfers", "/admin/transfers/", "The desk: transfers, coming and gone", CHEN),
    Shown("desk-transfer", "/admin/transfers/1/", "The desk: one transfer to take or send back", CHEN),
    Shown("desk-register", "/admin/respondents/", "The desk: the register of parties (A13)", CHEN),
    Shown("desk-register-entry", "/admin/respondents/4/", "The desk: a shop in the register", CHEN),
    Shown("desk-register-merge", "/admin/respondents/4/merge/?with=5", "The desk: two entries, before a merge", CHEN),
    Shown("desk-register-party", "/admin/case/{phone}/register/merchant/", "The desk: who a shop is", CHEN),
    Shown("desk-endpoints", "/admin/accounts/endpoint/", "The desk: webhook endpoints (A11)", OPERATOR),
    Shown("desk-deliveries", "/admin/complaints/delivery/", "The desk: deliveries (A12)", OPERATOR),
)

# README.md shows these, as PNG under names that stay.


@dataclass(frozen=True, slots=True)
class InReadme:
    """The file, the name above it is taken with, and how: the window and the width the file is brought to."""

    file: str
    name: str
    lang: str
    window: tuple[int, int]
    width: int
    dark: bool = False


IN_README = (
    InReadme("home.png", "home", "zh", (1280, 860), 1000),
    InReadme("decision.png", "decision", "zh", (1280, 1500), 1000),
    InReadme("desk.png", "desk", "zh", (1280, 1000), 1000),
    InReadme("rule.png", "rule", "zh", (1280, 900), 1280),
    InReadme("whatif.png", "desk-case-whatif", "zh", (1280, 900), 1280),
    InReadme("decision-phone-en.png", "decision", "en", (390, 1300), 390),
    InReadme("check-phone-en.png", "check-1", "en", (390, 844), 390),
    InReadme("case-phone-dark.png", "case", "zh", (390, 1300), 390, dark=True),
)
