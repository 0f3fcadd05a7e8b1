"""Where the mails begin that a mail quotes: line by line, in one pass."""

import re

# How mail programs begin and end the line above what they quote: "On … wrote:".
_WROTE = (
    (("on ", "at "), ("wrote",)),
    (("am ",), ("schrieb",)),
    (("le ",), ("a écrit",)),
    (("el ",), ("escribió",)),
    (("il ",), ("ha scritto",)),
    (("op ",), ("schreef",)),
    (("在", "于"), ("写道", "wrote")),
)
# Such a line is wrapped once at most, and no longer than this.
_LONGEST_WROTE = 400
_WHO_IN_BETWEEN = 4
_HAN_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_SEPARATORS = frozenset(
    word.casefold()
    for word in (
        "原始邮件",
        "原邮件",
        "转发邮件",
        "回复的邮件",
        "Forwarded message",
        "Original Message",
        "Ursprüngliche Nachricht",
        "Weitergeleitete Nachricht",
        "転送メッセージ",
    )
)
_LABEL = re.compile(
    r"(From|Von|De|发件人|差出人|Da|Van|Sent|Date|Gesendet|Datum|发送时间|日期|送信日時|"
    r"To|An|收件人|宛先|Subject|Betreff|主题|件名)[ *]{0,3}[:：]",
    re.I,
)
# A label's value may stand in the line below it.
_LINES_OF_LABEL = 2


def history_start(text):
    """Return where quoted mails begin, the length of the text when nowhere.

    :param str text: tidied.
    :rtype: int
    """
    lines, place = text.split("\n"), 0
    for index, line in enumerate(lines):
        bare = line.lstrip("> ").rstrip()
        if bare and (
            _is_separator(bare)
            or _is_wrote(bare)
            or _is_wrapped_wrote(bare, lines[index + 1 : index + 2])
            or _is_head(lines, index)
        ):
            return place
        place += len(line) + 1
    return len(text)


def _is_separator(line):
    """Whether it is "-----Original Message-----" or the like."""
    inner = line.strip("-_ ")
    before = len(line) - len(line.lstrip("-_ "))
    after = len(line) - len(line.rstrip("-_ "))
    return before >= 3 and after >= 3 and inner.casefold() in _SEPARATORS


def _is_wrote(line):
    """Whether it is "On Monday, Jo wrote:", or "2026年1月2日 … 写道："."""
    if len(line) > _LONGEST_WROTE or line[-1] not in ":：":
        return False
    inner = line[:-1].rstrip().casefold()
    for begins, words in _WROTE:
        if inner.startswith(begins):
            for word in words:
                place = inner.find(word)
                # German and French name the writer behind the word
                if place > _WHO_IN_BETWEEN and (
                    inner.endswith(word) or word in ("schrieb", "a écrit")
                ):
                    return True
    dated = _HAN_DATE.search(inner)
    return bool(dated) and (
        inner.endswith("写道") or (not dated.start() and inner.endswith(">"))
    )


def _is_wrapped_wrote(line, following):
    return bool(
        following
        and line[-1] not in ":：.!?。！？"
        and (following_line := following[0].lstrip("> ").rstrip())
        and _begins_wrote(line)
        and _is_wrote(f"{line} {following_line}")
    )


def _begins_wrote(line):
    start = line[:8].casefold()
    return any(start.startswith(begins) for begins, _words in _WROTE)


def _is_head(lines, index):
    """Whether a block of From, Sent, To … begins: it has two of them at least."""
    first = _label_of(lines[index])
    if not first:
        return False
    return any(
        _label_of(line) not in ("", first)
        for line in lines[index + 1 : index + 1 + _LINES_OF_LABEL]
    )


def _label_of(line):
    match = _LABEL.match(line.lstrip("> *")[:40])
    return match[1].casefold() if match else ""
