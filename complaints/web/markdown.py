"""Our own Markdown as parts of a page: HTML in it is shown, not obeyed; code and tables stand in boxes that scroll."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ADDRESS = re.compile(r"\*\*`((?:GET|POST|PATCH|PUT|DELETE) /[\w/{}-]+)[`?]")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one second-level heading; what stands above the first has no title."""

    anchor: str
    title: str
    html: SafeString


def parts_of(text: str, *, prefix: str, links: Mapping[str, str]) -> tuple[Part, ...]:
    """The parts of a document, for a page that has ``h2`` of its own: a part's own headings begin at ``h4``.

    Anchors begin with ``prefix``. ``links`` says where a relative link leads; one it does not know stays plain words.
    A paragraph that begins with an address in bold code, as ``GET /cases``, gets an anchor too.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    found = []
    for title, tokens in _split(parser.parse(text)):
        for token in tokens:
            token.children = list(_relinked(token.children or [], links)) if token.type == "inline" else token.children
        _name_paragraphs(tokens, prefix)
        _lower_headings(tokens)
        anchor = anchor_of(prefix, title or "about")
        env = {"title": title or prefix, "anchor": anchor, "count": 0}
        html = parser.renderer.render(_with_row_heads(tokens), parser.options, env)
        found.append(Part(anchor, title, mark_safe(html)))
    return tuple(found)


def anchor_of(prefix: str, title: str) -> str:
    """``api-get-cases`` of ``GET /cases``."""
    return f"{prefix}-" + "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def _split(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Title and tokens of each part. The title of the whole document is left to the page."""
    title, part, at = "", list[Token](), 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open" and token.tag in {"h1", "h2"}:
            if token.tag == "h2":
                yield title, part
                title, part = tokens[at + 1].content, []
            at += 3  # its opening, its words, its end
            continue
        part.append(token)
        at += 1
    yield title, part


def _relinked(children: Sequence[Token], links: Mapping[str, str]) -> Iterator[Token]:
    """Links that lead somewhere from here; of the others, the words."""
    kept: list[bool] = []
    for token in children:
        if token.type == "link_open":
            href = str(token.attrs["href"])
            token.attrs["href"] = links.get(href, href)
            kept.append(href in links or href.startswith("https://"))
        if token.type not in {"link_open", "link_close"} or kept[-1]:
            yield token
        if token.type == "link_close":
            kept.pop()


def _name_paragraphs(tokens: Sequence[Token], prefix: str) -> None:
    for opening, words in pairwise(tokens):
        if opening.type == "paragraph_open" and (address := ADDRESS.match(words.content)):
            opening.attrs["id"] = anchor_of(prefix, address[1])


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"


def _with_row_heads(tokens: Sequence[Token]) -> list[Token]:
    """Tables as screen readers want them: the first cell heads its row; a head without words is left out."""
    found: list[Token] = []
    head: list[Token] | None = None
    for token, before in zip(tokens, [None, *tokens], strict=False):
        if token.type == "td_open" and before and before.type == "tr_open":
            token.tag, token.attrs = "th", {"scope": "row"}
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
        if token.type == "thead_open":
            head = []
        (found if head is None else head).append(token)
        if token.type == "thead_close" and head is not None:
            found += head if any(each.content for each in head) else []
            head = None
    return _closed_alike(found)


def _closed_alike(tokens: list[Token]) -> list[Token]:
    """Each cell ends with the tag it began with."""
    tag = "td"
    for token in tokens:
        if token.type in {"td_open", "th_open"}:
            tag = token.tag
        elif token.type == "td_close":
            token.tag = tag
    return tokens


def _code(renderer: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]) -> str:
    return render_to_string("developers/_code.html", {**_numbered(env, "code"), "text": tokens[at].content})


def _table_open(renderer: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]) -> str:
    label = _numbered(env, "table")["label"]
    opening = '<div class="tbl__box card" role="region" tabindex="0" aria-label="{}"><table class="tbl">'
    return format_html(opening, label)


def _table_close(renderer: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]) -> str:
    return "</table></div>\n"


def _numbered(env: dict[str, Any], kind: str) -> dict[str, str]:
    """A name and an anchor that no other box of the page has."""
    env["count"] += 1
    return {"label": f"{env['title']}: {kind} {env['count']}", "name": f"{env['anchor']}-{env['count']}"}
