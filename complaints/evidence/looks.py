"""Between the checker's process and people: which decoders it is given, and what its codes mean in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from complaints.evidence.sniff import Kind
from complaints.evidence.strangers import Stranger
from complaints.models import Blob

# What a look may note about a file that is taken all the same: plain warnings. The codes stand in Blob.report.
FLAGS: dict[str, str | Promise] = {
    "script": gettext_lazy("里面有会自动运行的内容；页面上只显示图片副本"),
    "launch": gettext_lazy("里面有打开别的程序或网址的指令；页面上只显示图片副本"),
    "attached-files": gettext_lazy("里面夹带了别的文件，我们没有打开"),
    "form": gettext_lazy("是可以填写的表单，显示的可能和原件不一样"),
    "encrypted": gettext_lazy("设了权限密码，但能打开"),
    "pages-cut": gettext_lazy("页数多，只做了前面几页的图片；其余在原件里"),
    "page-damaged": gettext_lazy("有的页显示不出来，在原件里看"),
    "bytes-after-end": gettext_lazy("文件末尾多出一段不属于它的内容；副本里没有"),
    "moving": gettext_lazy("是动图，副本只有第一帧"),
    "place-inside": gettext_lazy("原件里记着拍摄地点；副本里没有"),
    "profile-ignored": gettext_lazy("颜色说明坏了，副本的颜色可能有偏差"),
    "no-preview": gettext_lazy("这台服务器看不了这种格式，没有预览；原件已存好"),
    "no-poster": gettext_lazy("没有封面图；原件已存好"),
    "length-unknown": gettext_lazy("文件里没写时长"),
    "outside-links": gettext_lazy("表格里有指向别的文件的链接，我们没有打开"),
    "hidden-sheets": gettext_lazy("有隐藏的工作表"),
}

STRANGERS: dict[str, str | Promise] = {
    Stranger.ARCHIVE: gettext_lazy("这是压缩包（ZIP、RAR、7z之类），不收。解开以后把里面的图片和视频一张张传。"),
    Stranger.MACROS: gettext_lazy("这个表格或文档带宏（会自己运行的程序），不收。另存为普通的.xlsx，或截成图片再传。"),
    Stranger.OFFICE: gettext_lazy(
        "这是Word、PowerPoint、旧版Excel或WPS文件，不收。文档和幻灯片导出成PDF，表格另存为.xlsx或.csv再传。"
    ),
    Stranger.PAGE: gettext_lazy("这是网页或网页里的矢量图（HTML、XML、SVG），不收。打开它截个图，或打印成PDF再传。"),
    Stranger.DRAWING: gettext_lazy(
        "这种图片格式（TIFF、PSD、BMP、图标之类）不收。在看图软件里另存为JPG或PNG，或截个图再传。"
    ),
    Stranger.PRINT: gettext_lazy("这是PostScript（EPS）文件，不收。导出成PDF或PNG再传。"),
    Stranger.PLAYLIST: gettext_lazy("这是播放列表，不是视频本身，不收。把视频文件下载下来，或录屏再传。"),
    Stranger.FILM: gettext_lazy("这种视频格式（AVI、MKV、WMV、FLV之类）不收。转成MP4，或重新录屏再传。"),
    Stranger.PROGRAM: gettext_lazy("这是程序或快捷方式，不收。要证明它的内容，截个图再传。"),
    Stranger.SCRIPT: gettext_lazy("这是脚本（会运行的文字），不收。要证明它的内容，截个图再传。"),
    Stranger.TWO_AT_ONCE: gettext_lazy(
        "这个文件里面藏着另一种文件（比如图片后面接着压缩包），不收。打开它截个图，传截图。"
    ),
    Stranger.CUT_PDF: gettext_lazy("这个PDF没有结尾，可能没传完整。重新下载或导出一次再传。"),
    Stranger.UNKNOWN: gettext_lazy(
        "认不出这是什么文件。请用图片（JPG、PNG、WebP、GIF、HEIC）、PDF、录屏（MP4、MOV、WebM）、"
        "录音（MP3、M4A、WAV、OGG、AMR、FLAC）、表格（XLSX、CSV）或文字（TXT）。"
    ),
}

# Why a look ended without the file being taken. {…} are the figures in the checker's report.
PROBLEMS: dict[str, str | Promise] = {
    "too-large": gettext_lazy("图片尺寸太大（最多5000万像素）。截个图再传。"),
    "too-many-frames": gettext_lazy("动图太长（最多500帧）。截其中一帧，或录屏成MP4再传。"),
    "too-many-parts": gettext_lazy("图片里夹带的附加内容太多，不像手机或相机拍的。截个图再传。"),
    "too-many-words": gettext_lazy("图片里夹带的文字太多，不像手机或相机拍的。截个图再传。"),
    "too-many-pages": gettext_lazy("PDF有{pages}页，最多{most}页。拆成几份再传。"),
    "unpacks-too-large": gettext_lazy("文件解开以后太大，不收。重新导出一次，或截成图片再传。"),
    "locked": gettext_lazy("打不开，有密码。把密码去掉（打开后另存或打印成PDF）再传一次。"),
    "too-long": gettext_lazy("录屏有{minutes}分钟，最多{most}分钟。只截主播说那句话的一分钟就够了。"),
    "too-long-sound": gettext_lazy("录音有{minutes}分钟，最多{most}分钟。截出要紧的一段再传。"),
    "too-many-tracks": gettext_lazy("视频里有{tracks}条轨道，不像手机录的（最多2条画面、2条声音）。重新录屏再传。"),
    "side-too-large": gettext_lazy("视频画面太大，最长的边最多{most}像素。重新录屏或导出小一点再传。"),
    "outside-reference": gettext_lazy("视频的内容在别处，文件里没有。把完整的视频存下来，或录屏再传。"),
    "header-too-large": gettext_lazy("视频的目录部分大得不正常，不收。重新导出一次，或录屏再传。"),
    "not-text": gettext_lazy("里面不全是文字，打不开。重新导出成.txt或.csv，或截个图再传。"),
    "mixed-encodings": gettext_lazy("里面混着两种文字编码，会有乱码。重新导出一次（编码选UTF-8）再传。"),
    "too-many-rows": gettext_lazy("超过{most}行，太多了。只留和这次购买有关的行再传。"),
    "too-many-columns": gettext_lazy("有{columns}列，最多{most}列。只留和这次购买有关的列再传。"),
    "cell-too-long": gettext_lazy("第{row}行有一格超过{most}KB，太长了。拆开，或截个图再传。"),
    "too-many-entries": gettext_lazy("这个表格里的部件太多，不收。另存为.csv再传。"),
    "macros": STRANGERS[Stranger.MACROS],
    "not-a-workbook": gettext_lazy("这不是能打开的表格（.xlsx）。用表格软件另存一次，或存成.csv再传。"),
}
DAMAGED: dict[str, str | Promise] = {
    "image": gettext_lazy("这张图片打不开，可能没有传完整或已损坏。重新截图或换一张。"),
    "pdf": gettext_lazy("这个PDF打不开，可能没有传完整或已损坏。重新下载或导出一次再传。"),
    "video": gettext_lazy("这个视频打不开，可能没有传完整或已损坏。重新导出或录屏再传。"),
    "audio": gettext_lazy("这段录音打不开，可能没有传完整或已损坏。重新导出一次再传。"),
    "table": gettext_lazy("这个表格打不开，可能没有传完整或已损坏。另存一次再传。"),
    "text": gettext_lazy("这份文字打不开，可能没有传完整或已损坏。重新导出一次再传。"),
}


def decoders_of(kind: Kind) -> str:
    """The checker's second argument: what may open a file of this kind; for a film also the program that makes its
    picture, where there is one."""
    return ",".join((*kind.decoders, settings.FFMPEG) if kind.family == "video" and settings.FFMPEG else kind.decoders)


def why_not(problem: str, family: str, figures: Mapping[str, Any]) -> str:
    """Why a file was not taken: a code of the checker and the figures it reported, as a sentence that says what to do.
    An unknown code reads as damage."""
    sentence = PROBLEMS.get(problem)
    if sentence is None or (problem == "too-large" and family != "image"):
        return str(DAMAGED.get(family) or DAMAGED["text"])
    try:
        return str(sentence).format(**figures)
    except (KeyError, IndexError):
        return str(DAMAGED[family])


def why_stranger(stranger: Stranger) -> str:
    """Why a file of this kind is never taken, and what to send instead."""
    return str(STRANGERS[stranger])


def warnings_of(blob: Blob) -> list[str]:
    """What one should know about a file that was taken, in words."""
    return [str(FLAGS[code]) for code in blob.report.get("flags", ()) if code in FLAGS]


def length_of(blob: Blob) -> str:
    """How long a film or a recording is: 0:42, or 1:02:03; empty for anything else."""
    seconds = blob.report.get("seconds")
    if not isinstance(seconds, int | float):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def leaves_of(blob: Blob) -> int:
    """How many pages the PDF has, of which ``Blob.pages`` may show fewer; 0 for anything else."""
    leaves = blob.report.get("leaves", 0)
    return leaves if isinstance(leaves, int) else 0
