"""The public figures: what is counted, what is too few to be shown, and the sheet that is published."""
