"""Pictures of every page (``make pictures``): what is shown stands in table.py."""
