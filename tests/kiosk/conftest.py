import pytest

from tests.cast import Cast
from tests.kiosk.stand import BOTH, Stand


@pytest.fixture
def stand(cast: Cast) -> Stand:
    """The counter of Zhejiang's association."""
    return Stand(cast.zhejiang, *BOTH)
