"""Requests whose body cannot be read: the page comes again with a sentence, instead of a bare error."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler, UploadFileException
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from complaints.evidence.vault import no_room
from complaints.turns import is_full

MEBIBYTE = 1 << 20
UNREADABLE = (
    *(MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError),
    UploadFileException,
)

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the body of a request, as a sentence; empty where nothing is."""

    sentence: str = ""
    is_unreadable: bool = False  # nothing of it could be read, so nothing of it may be acted on

    @property
    def sentences(self) -> list[str]:
        return [self.sentence] if self.sentence else []


View = Callable[Concatenate[HttpRequest, Trouble, P], HttpResponse]


class WithinLimits(TemporaryFileUploadHandler):
    """Writes to the staging folder and stops writing a file that is larger than anything we take.

    The rest of the request is read on and thrown away, so that the browser gets a page and not a broken line.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.limit = max(settings.EVIDENCE_MAX_BYTES.values())
        self.too_big: list[str] = []
        self.received = 0

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        self.received = 0
        super().new_file(field_name, file_name, content_type, content_length, charset, content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.too_big.append(self.file_name or "")
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def readable(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Read the body before the view and hand it what is wrong as its second argument.

    The check against forged requests comes after the reading, because it reads the body itself. It is left out where
    nothing could be read: the view then only shows its page.
    """

    @csrf_exempt
    @wraps(view)
    def read_first(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        handler = WithinLimits(request)
        request.upload_handlers = [handler]
        try:
            len(request.POST)
        except UNREADABLE as error:
            return view(request, Trouble(_sentence(error), is_unreadable=True), *args, **kwargs)
        except OSError as error:
            if not is_full(error):
                raise
            return view(request, Trouble(str(no_room()), is_unreadable=True), *args, **kwargs)
        return csrf_protect(view)(request, Trouble(_about(handler.too_big)), *args, **kwargs)

    return read_first


def _sentence(error: Exception) -> str:
    if isinstance(error, TooManyFilesSent):
        sentence = _("一次传的文件太多，一个也没存。一件投诉最多{limit}个文件，分几次传，一次不超过{batch}个。")
        return sentence.format(limit=settings.EVIDENCE_MAX_FILES, batch=settings.DATA_UPLOAD_MAX_NUMBER_FILES)
    if isinstance(error, RequestDataTooBig):
        sentence = _("这一页的文字超过{limit}MB，没能存下。删短一些再试，长的记录可以作为文件上传。")
        return sentence.format(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEBIBYTE)
    return _("没有收完整，可能是网络断了一下。之前存的都在，再试一次。")


def _about(names: list[str]) -> str:
    if not names:
        return ""
    sentence = _("{names}：超过{limit}MB，没有存。视频只截主播说那句话的一分钟就够了。")
    return sentence.format(names=_("、").join(names), limit=max(settings.EVIDENCE_MAX_BYTES.values()) // MEBIBYTE)
