"""Imports point down. Whoever needs a new arrow changes this map first, with a reason."""

import ast
import sys
from pathlib import Path

import pytest

STDLIB = sys.stdlib_module_names
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "complaints", "config", "routing")

# Layer by layer, the ground floor first; a module may import its own layer's package and any layer below it.
LAYERS: list[dict[str, str]] = [
    {"routing.engine": "pure", "accounts": "people", "complaints.lifecycle": "table"},
    {"routing": "law"},
    {"complaints.models": "nouns"},
    dict.fromkeys(
        (
            *(
                "complaints.permissions",
                "complaints.timeline",
                "complaints.evidence",
                "complaints.turns",
                "complaints.jobs",
            ),
            *("complaints.lawbooks", "complaints.rehearsal", "complaints.processes"),
            *("complaints.case_limits", "complaints.due_sheet", "complaints.posting"),
            *("complaints.rulings", "complaints.ruling_words"),
            *("complaints.notices", "complaints.news", "complaints.mail", "complaints.sms"),
            *("complaints.channels", "complaints.channel_words", "complaints.formal_letter"),
            *("complaints.outbox", "complaints.steady"),
            "complaints.competence",
            *("complaints.authority_letter", "complaints.append_only"),
            *("complaints.press", "complaints.typesetter", "complaints.packs", "complaints.scope_words"),
            *("complaints.ics", "complaints.mediation_words", "complaints.settlement_paper"),
            *("complaints.figures", "complaints.receipt_picture"),
            *("complaints.figures", "complaints.exports", "complaints.receipt_picture"),
            *("complaints.webhooks", "complaints.outbound", "complaints.deadlines", "complaints.references"),
            *("complaints.notice_types", "complaints.line_words", "complaints.certificates", "complaints.tls"),
            *(
                "complaints.statement",
                "complaints.check",
                "complaints.check_asks",
                "complaints.check_facts",
                "complaints.check_open",
                "complaints.check_pages",
                "complaints.check_usual",
                "complaints.serving",
                "complaints.rooms",
                "complaints.alike",
                "complaints.group_words",
                "complaints.masking",
                "complaints.narrative",
                "complaints.provable",
                "complaints.letters",
                "complaints.open_facts",
                "complaints.elements",
                "complaints.moment_words",
                "complaints.record_keeping",
                "complaints.record_letter",
                "complaints.record_words",
                "complaints.searching",
                "complaints.wordings",
                "complaints.register_names",
                "complaints.credit_codes",
                "complaints.papers",
                "complaints.networks",
                "complaints.contest_words",
                "complaints.present_information",
                "complaints.party_timeline",
            ),
        ),
        "instrument",
    ),
    {"complaints.conformance": "steps that use the instruments"},
    {"complaints.flow": "verbs"},
    # The form's pages and rules serve two doors: people's pages, and the machines of kiosks and hotlines.
    {"complaints.asking": "what is asked"},
    {"complaints.demo": "a cast for the demonstration", "complaints.synthetic": "invented cases in any number"},
    dict.fromkeys(
        (
            *("complaints.web", "complaints.api", "complaints.admin", "complaints.tasks", "complaints.management"),
            "complaints.templatetags",
        ),
        "door",
    ),
    {"complaints.urls": "addresses", "complaints.apps": "addresses", "config": "wiring"},
]

# Instruments stand side by side; these few lean on another one.
BESIDE = {
    ("complaints.narrative", "complaints.deadlines"),
    ("complaints.case_limits", "complaints.deadlines"),
    *((f"complaints.{each}", "complaints.tls") for each in ("certificates", "outbound")),  # tried as it will be used
    ("complaints.due_sheet", "complaints.case_limits"),
    ("complaints.due_sheet", "complaints.deadlines"),
    ("complaints.due_sheet", "complaints.narrative"),
    ("complaints.letters", "complaints.narrative"),
    ("complaints.provable", "complaints.narrative"),  # a point is a fact as a plain sentence
    ("complaints.elements", "complaints.narrative"),
    ("complaints.elements", "complaints.rulings"),  # what moves is told of the finding as it stands
    ("complaints.packs", "complaints.evidence"),
    *((f"complaints.{each}", "complaints.turns") for each in ("packs", "press", "evidence")),
    ("complaints.evidence", "complaints.statement"),  # a hint's amount is read by the form's own rule
    ("complaints.authority_letter", "complaints.formal_letter"),
    ("complaints.formal_letter", "complaints.letters"),
    ("complaints.formal_letter", "complaints.narrative"),
    ("complaints.competence", "complaints.narrative"),
    ("complaints.channels", "complaints.competence"),
    ("complaints.channels", "complaints.channel_words"),
    ("complaints.channels", "complaints.case_limits"),
    ("complaints.channels", "complaints.deadlines"),
    ("complaints.channels", "complaints.due_sheet"),
    ("complaints.channels", "complaints.narrative"),
    ("complaints.serving", "complaints.evidence"),
    ("complaints.evidence", "complaints.masking"),  # what is hidden in conversations is covered on pictures too
    ("complaints.statement", "complaints.rooms"),
    ("complaints.searching", "complaints.references"),
    ("complaints.wordings", "complaints.narrative"),
    ("complaints.group_words", "complaints.narrative"),
    ("complaints.check_asks", "complaints.statement"),
    ("complaints.check_usual", "complaints.check_asks"),
    ("complaints.check_usual", "complaints.statement"),
    ("complaints.check_facts", "complaints.check_asks"),
    ("complaints.check", "complaints.check_asks"),
    ("complaints.check_open", "complaints.check_asks"),
    ("complaints.check_open", "complaints.check_usual"),
    ("complaints.check", "complaints.check_facts"),
    ("complaints.check", "complaints.check_open"),
    ("complaints.check", "complaints.check_usual"),
    ("complaints.check", "complaints.statement"),
    ("complaints.check_pages", "complaints.check"),
    ("complaints.check_pages", "complaints.check_asks"),
    ("complaints.check_pages", "complaints.statement"),
    *(("complaints.mediation_words", f"complaints.{each}") for each in ("ics", "narrative")),
    *(
        ("complaints.settlement_paper", f"complaints.{each}")
        for each in ("deadlines", "formal_letter", "letters", "mediation_words", "narrative", "press")
    ),
    *(
        ("complaints.papers", f"complaints.{each}")  # they gather what the other instruments tell
        for each in (
            *("authority_letter", "deadlines", "formal_letter", "letters", "moment_words", "narrative", "packs"),
            *("record_words", "ruling_words", "rulings", "statement"),
        )
    ),
    ("complaints.notice_types", "complaints.webhooks"),  # the date of the schemas
    ("complaints.timeline", "complaints.notices"),
    ("complaints.timeline", "complaints.evidence"),  # an act on evidence goes into the custody chain as well
    ("complaints.notices", "complaints.jobs"),
    ("complaints.news", "complaints.narrative"),
    ("complaints.news", "complaints.sms"),
    ("complaints.rehearsal", "complaints.processes"),
    ("complaints.ruling_words", "complaints.rulings"),
    ("complaints.open_facts", "complaints.rulings"),
    ("complaints.figures", "complaints.rulings"),
    ("complaints.exports", "complaints.figures"),  # the names of the categories
    ("complaints.exports", "complaints.masking"),
    ("complaints.figures", "complaints.deadlines"),  # which last days were kept
    ("complaints.ruling_words", "complaints.narrative"),
    ("complaints.present_information", "complaints.narrative"),
    ("complaints.party_timeline", "complaints.narrative"),
    *(("complaints.contest_words", f"complaints.{each}") for each in ("narrative", "rulings")),
    *(("complaints.moment_words", f"complaints.{each}") for each in ("masking", "narrative")),
    *(("complaints.record_letter", f"complaints.{each}") for each in ("formal_letter", "narrative", "record_words")),
    *(("complaints.record_keeping", f"complaints.{each}") for each in ("case_limits", "deadlines")),
    *(
        ("complaints.record_words", f"complaints.{each}")
        for each in ("deadlines", "moment_words", "narrative", "provable", "record_keeping", "rulings")
    ),
}

SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]


def unit_of(module: str) -> tuple[int, str] | None:
    """The layer and the unit a module belongs to: the longest name of the map that begins it."""
    found = [
        (len(name), level, name)
        for level, layer in enumerate(LAYERS)
        for name in layer
        if module == name or module.startswith(f"{name}.")
    ]
    return max(found)[1:] if found else None


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    module = module_of(path)
    here = unit_of(module)
    if module == "complaints":
        assert not imports_of(path)
        return
    assert here, f"{module} has no place in the map: give it one"
    for wanted in imports_of(path):
        there = unit_of(wanted)
        if there is None or there[1] == here[1]:
            continue
        sideways = (here[1], there[1]) in BESIDE
        assert there[0] < here[0] or sideways, f"{module} ({here[1]}) must not import {wanted} ({there[1]})"


def test_the_engine_imports_the_standard_library_only() -> None:
    for path in sorted((ROOT / "routing" / "engine").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                root = name.split(".")[0]
                assert name.startswith("routing.engine") or root in STDLIB, f"{path.name} imports {name}"


def test_only_two_modules_open_sockets_and_only_one_knows_the_queue() -> None:
    for path in SOURCES:
        text = path.read_text("utf-8")
        if path.name not in {"outbound.py", "antivirus.py"}:  # to receivers of notices; to the scanner of the house
            assert "import socket" not in text and "http.client" not in text, path
        if path.name not in {"jobs.py", "watch_queue.py"}:
            assert "from django_q" not in text or "admin" in path.parts, path


def test_there_are_no_signals_of_our_own_and_no_utils() -> None:
    for path in SOURCES:
        assert "@receiver" not in path.read_text("utf-8"), path
        assert path.stem not in {"utils", "helpers", "common"}, path


def test_every_picture_is_opened_with_named_decoders() -> None:
    for path in (*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "Image.open" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Image.open"):
                assert "formats" in {keyword.arg for keyword in node.keywords}, f"{path}:{node.lineno}"


def test_what_the_checker_runs_starts_without_django() -> None:
    """Its process is short, and knows no secret of ours."""
    room = ROOT / "complaints" / "evidence"
    looks = {path.stem for path in room.glob("look_*.py")}
    ours = {"finding", "structure", "boxes", "ebml", "sniff", "strangers", *looks}
    allowed = {"complaints.evidence", *(f"complaints.evidence.{name}" for name in ours)}
    for name in ("checker", *sorted(ours)):
        for node in ast.walk(ast.parse((room / f"{name}.py").read_text("utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for each in imported:
                assert each in allowed or each.split(".")[0] in {*STDLIB, "PIL", "pypdfium2"}, f"{name} imports {each}"
