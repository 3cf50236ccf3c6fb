"""What people hand in: taken in, looked into, kept, read, covered, and handed out again. Bytes and pictures, no verbs.

Empty on purpose: ``checker`` and its like run as processes of their own and must start without Django.
"""
