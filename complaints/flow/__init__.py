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
    recusing   an officer keeps out of a case, or is kept out of it
    transferring   a case goes to another association, once that one accepts it
    whereabouts    where the seller is, as an officer found it
    reviews    the consumer disagrees and asks a person to look; an officer answers with a reason
    overrides  an officer puts a verdict in the place of the machine's; to the consumer's harm only two officers do
    clock      a deadline that passed is a fact too
    endings    what waits in a case ends with it
    lawchange  a changed law decides open cases again, when the operator says so

``moves.advance`` is the one function that changes a complaint's state.
"""
