"""The form one signs in with."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.names import name_for


class SignInForm(AuthenticationForm):
    """Address or name, and password. The same words for a wrong name and a wrong password: neither is confirmed."""

    error_messages = {
        "invalid_login": _("邮箱、用户名或密码不对。核对大小写，再试一次。"),
        "inactive": _("邮箱、用户名或密码不对。核对大小写，再试一次。"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, label, missing in (
            ("username", _("邮箱或用户名"), _("写上邮箱或用户名。")),
            ("password", _("密码"), _("写上密码。")),
        ):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = missing

    def clean_username(self) -> str:
        return name_for(self.cleaned_data["username"])
