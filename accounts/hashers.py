"""Argon2id with bounded memory: Django's default takes 100 MiB a login, which makes the login page a weapon."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """OWASP Password Storage Cheat Sheet, second choice of equal strength: m = 46 MiB, t = 1, p = 1."""

    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1
