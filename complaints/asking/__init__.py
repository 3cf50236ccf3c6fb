"""What a complaint is asked: the pages of the form, their rules, and the way through them, for people and machines."""
