"""The form one signs in with."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password. The same words for a wrong name and a wrong password: neither is confirmed."""

    error_messages = {
        "invalid_login": _("用户名或密码不对。核对大小写，再试一次。"),
        "inactive": _("用户名或密码不对。核对大小写，再试一次。"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")
