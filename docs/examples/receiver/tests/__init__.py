"""Tests of the receiver: ``python3 -m unittest discover -s tests -t .``"""
