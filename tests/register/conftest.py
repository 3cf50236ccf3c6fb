"""The desk's fixtures serve here, too."""

from tests.desk.conftest import signed_in

__all__ = ["signed_in"]
