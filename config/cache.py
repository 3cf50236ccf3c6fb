"""The shared cache, which may be gone or emptied at any time: then everything is worked out anew."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class MayBeGone(RedisCache):
    """Redis, without which the site goes on: what cannot be asked is not there, what cannot be kept is not kept."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._tried(lambda: super(MayBeGone, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._tried(lambda: super(MayBeGone, self).get_many(keys, version), {})
        return found

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._tried(lambda: super(MayBeGone, self).has_key(key, version), False))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._tried(lambda: super(MayBeGone, self).set(key, value, *args, **kwargs), None)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = self._tried(lambda: super(MayBeGone, self).set_many(data, *args, **kwargs), list(data))
        return failed

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._tried(lambda: super(MayBeGone, self).add(key, value, *args, **kwargs), True))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._tried(lambda: super(MayBeGone, self).delete(key, version), False))

    @staticmethod
    def _tried(ask: Callable[[], Any], instead: Any) -> Any:
        try:
            return ask()
        except RedisError as error:
            log.warning("cache: %s; the site goes on without it", type(error).__name__)
            return instead
