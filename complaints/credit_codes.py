"""Unified social credit codes (GB 32100-2015), checked as they are written; what is wrong is said in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 4: no I, O, S, V, Z
REGION = range(2, 8)  # the places of the six digits of the registering region


class WrongCode(ValueError):
    """What was written cannot be a code, with a sentence that says why and what to do."""


def tidy_code(text: str) -> str:
    """The code in its written form, empty for nothing. Raises WrongCode."""
    code: str = uscc.compact(text)
    if not code:
        return ""
    if len(code) != LENGTH:
        raise WrongCode(_("统一社会信用代码是18位，现在有{n}位。对照营业执照再抄一遍。").format(n=len(code)))
    for place, letter in enumerate(code):
        if letter not in LETTERS:
            raise WrongCode(
                _("第{place}位是“{letter}”，代码里没有这个字。它没有I、O、S、V、Z，多半是1、0、5。").format(
                    place=place + 1, letter=letter
                )
            )
        if place in REGION and not letter.isdigit():
            raise WrongCode(
                _("第{place}位是“{letter}”，第3到第8位是登记地区，只有数字。").format(place=place + 1, letter=letter)
            )
    try:
        # The package knows codes of market regulators only, whose first two places are digits; A, N and Y as first
        # letters are the army's, agriculture's and others' (table 1). The check character is counted for all alike.
        return str(uscc.validate(code)) if code[:2].isdigit() else _checked(code)
    except ValidationError:
        raise WrongCode(
            _("校验位对不上：按前17位算，最后一位应当是“{wanted}”，现在是“{found}”。前面可能抄错了一位。").format(
                wanted=uscc.calc_check_digit(code[:-1]), found=code[-1]
            )
        ) from None


def _checked(code: str) -> str:
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise ValidationError
    return code
