"""Tables of cases for taking away: which columns there are at which level, and how they are written as files."""
