"""Who answers: the law as data, and a pure engine that reads it. No models, and nothing of ours is imported.

rulebook() → read_inquiry(mapping, rulebook, today=…) → decide(rulebook, inquiry) → Decision.as_dict()
                                                      explain(rulebook, input, output, "zh") → Explanation
                                                      what_would_change(rulebook, input, "zh") → {party: Changes}
"""

from routing.book import rulebook
from routing.engine.changes import Change, what_would_change
from routing.engine.decisions import Decision, decide
from routing.engine.errors import BadInput, Problem, RulebookError
from routing.engine.explanations import Explanation, explain
from routing.engine.facts import Language
from routing.engine.inquiry import Inquiry, read_inquiry
from routing.engine.leaning import leaning
from routing.engine.questioning import Question, Span, Told, Weighed, spans, weigh
from routing.engine.rulebook import Rulebook
from routing.engine.vocabulary import Certainty, Form, Level, Party, Status, Verdict

__all__ = [
    "BadInput",
    "Certainty",
    "Change",
    "Decision",
    "Explanation",
    "Form",
    "Inquiry",
    "Language",
    "Level",
    "Party",
    "Problem",
    "Question",
    "Rulebook",
    "RulebookError",
    "Span",
    "Status",
    "Told",
    "Verdict",
    "Weighed",
    "decide",
    "explain",
    "leaning",
    "read_inquiry",
    "rulebook",
    "spans",
    "weigh",
    "what_would_change",
]
