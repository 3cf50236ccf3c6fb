"""VERBS: the only code that changes anything. Each is one transaction; nothing here talks to a network inside one.

The story of a complaint:

    intake     a form becomes a complaint, with its evidence and the consumer's assertions
    facts      what was said becomes what is so: findings, admissions, agreement; else it is disputed
    decisions  facts become a decision: the law read again, whenever a fact changed
    dispatch   the parties are asked; notices are written to the outbox
    delivery   notices leave the outbox, signed, outside any transaction
    responses  an answer becomes assertions, and a decision again
    consumer   the consumer adds, asks the association to take the case, or withdraws
    messages   the consumer and the association, or a party the consumer lets write, write to each other
    triage     an officer assigns, asks, accepts, declines, finds a fact, ends a mediation
    clock      a deadline that passed is a fact too

``moves.advance`` is the one function that changes a complaint's state.
"""
