"""Mails that name goods and order nothing: complaints, returns, questions, refusals.

Each line is looked at alone and all repetition is bounded, so the cost grows with the
length of the mail only. What is found goes to a person as an enquiry; the words that
told are kept beside it.
"""

import re

from .facts import ORDERING

_COMPLAINT = re.compile(
    r"\b(?:damaged|defective|broken|faulty|complain(?:t|ts|ing)?|money back|"
    r"never (?:arrived|came)|where (?:is|are) (?:my|our|the)|"
    r"wrong (?:\w{1,20} ){0,2}(?:item|article|product|goods|size|colou?r|parts?|"
    r"deliver\w{1,4}|shipment)|(?:is|are|was|were) missing|missing (?:from|in|items?)|"
    r"(?:has|have|had|did|is|are|was|were)(?:n't| not)(?: yet)? "
    r"(?:been )?(?:arrive[ds]?|receive[d]?|delivered)|"
    r"not (?:as )?(?:described|working)|"
    r"(?:received|got|delivered) [^.!?]{0,60}\b(?:instead of|but)\b|refund(?:ed|s)?|"
    r"beschädigt\w{0,3}|beschaedigt\w{0,3}|defekt\w{0,3}|kaputt\w{0,3}|"
    r"zerbrochen\w{0,3}|mangelhaft\w{0,3}|mängel|"
    r"reklam(?:ation|ieren?|iere)\w{0,3}|beschwer(?:de|en|e)|beanstand\w{1,5}|"
    r"falsch\w{0,2} (?:\w{1,20} ){0,2}(?:artikel|ware|größe|farbe|geliefert|erhalten)|"
    r"(?:fehlt|fehlen|fehlten|fehlte)|"
    r"(?:noch )?nicht (?:angekommen|erhalten|geliefert|eingetroffen)|"
    r"geld zurück|erstatt\w{1,5})\b|"
    r"破损|损坏|坏了|坏的|破了|碎了|投诉|少发|漏发|少了|发错|错发|错货|寄错|没收到|未收到|没有收到|"
    r"质量问题|质量太差|退款|瑕疵|有划痕|开裂",
    re.I,
)
_RETURN = re.compile(
    r"\b(?:send(?:ing)? (?:\S{1,30} ){0,6}back|"
    r"(?:want|wants|like|need|wish|have|how|going) to (?:return|exchange)|"
    r"return(?:ing)? (?:\d|the\b|these\b|this\b|it\b|them\b|my\b|our\b|goods\b)|"
    r"returns? (?:label|request|form|slip|number)|RMA|"
    r"exchange (?:\d|the\b|it\b|them\b|these\b|my\b|our\b)|"
    r"zurück(?:schick|send|geb)\w{0,4}|rück(?:sendung|gabe)\w{0,3}|"
    r"(?:send|schick)\w{0,3} (?:\S{1,30} ){0,6}zurück|"
    r"retour\w{0,5}|umtausch\w{0,5}|widerruf\w{0,4})\b|"
    r"退货|退回|退换|换货|寄回|想退|要退",
    re.I,
)
_REFUSAL = re.compile(
    r"\b(?:(?:do|does|did|please)(?:n't| not)|don'?t|no longer|never)\b"
    r"(?! (?:\w{1,20} ){0,3}(?:before|later|after|until|earlier|hesitate|forget|worry))"
    r"[^.!?;]{0,40}\b(?:send|ship|deliver|order|need|want|dispatch|supply|buy)\b"
    r"(?![^.!?;]{0,30}\b(?:before|until|later than|earlier|after)\b)|"
    r"\b(?:no|not any) (?:more |further )(?:deliveries|shipments|orders)\b|"
    r"\b(?:cancel(?:s|led|ling|lation)?|stornier\w{0,4}|storno|abbestell\w{0,4})\b|"
    r"\b(?:send|schick|liefer|bestell|brauch|benötig|woll|möcht|versend|nehm)\w{0,4}\b"
    r"[^.!?;]{0,60}\bnicht\b(?! (?:vor|später|nach|bis|ohne|nur)\b)|"
    r"\bnicht (?:mehr )?(?:zu )?(?:senden|schicken|liefern|bestellen|versenden|"
    r"ausliefern|nötig|benötigt|gewünscht)\b|"
    r"\bkeine?n? (?:\S{1,30} ){0,4}(?:mehr|senden|schicken|liefern|bestellen)\b|"
    r"(?:请)?(?:不要|别|先别|勿|请勿|无需|不必|暂不|暂停|停止)(?:再|给我|先|着急){0,2}"
    r"(?:发货|发|送|寄|下单|订购|订|采购|买)|不用(?:再)?(?:发|送|寄)|不需要|不想要|不要了|"
    r"取消|撤单|撤销|作废",
    re.I,
)
_CORRECTION = re.compile(
    r"\b(?:i|we) meant\b|\bmeant to (?:say|write|order)\b|\bscratch that\b|"
    r"\bmy mistake\b|\btypo\b|\bcorrection\b|\binstead of\b|\brather than\b|"
    r"\bshould (?:be|read|have been)\b|\bmake (?:that|it) \d|"
    r"\bkorrektur\b|\bkorrigier\w{0,3}\b|\bberichtig\w{0,4}\b|\btippfehler\b|"
    r"\b(?:ich|wir) mein(?:t)?en?\b|\bgemeint\b|\b(?:an)?statt\b|\bsondern\b|"
    r"\bvielmehr\b|"
    r"写错|打错|说错|搞错|更正|应该是|应为|改成|改为|换成|而不是|不是[^,，。]{1,20}(?:而)?是",
    re.I,
)
_ALTERNATIVE = re.compile(
    r"\beither\b|\balternativ\w{0,4}\b|\bfailing that\b|\bor else\b|\botherwise\b|"
    r"\bif (?:not|un)[ -]?(?:available|in stock)\b|"
    r"\bif (?:you|they|it)(?:'re| are| is| do)? (?:not|out|don't)\b|"
    r"\bor (?:\d{1,6} ?(?:x|pcs|pieces)|if\b)|"
    r"\bersatzweise\b|\bentweder\b|\bwahlweise\b|\bansonsten\b|"
    r"\boder (?:\d|falls|wenn)|"
    r"\b(?:falls|wenn) (?:\S{1,30} ){0,4}nicht\b|\bsonst\b|"
    r"或者|要么|如果没有|没有的话|没货的话|缺货的话|没货就|没有就|二选一|任选",
    re.I,
)
_RECURRING = re.compile(
    r"\b(?:every|each) (?:\w{1,20} )?(?:day|week|month|quarter|monday|tuesday|"
    r"wednesday|"
    r"thursday|friday|saturday|sunday)\b|\b(?:daily|weekly|monthly)\b|"
    r"\bstanding order\b|\bsubscri\w{1,8}\b|"
    r"\bjede[nrsm]? (?:\w{1,20} )?(?:tag|woche|monat|quartal|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag)\b|\b(?:täglich|wöchentlich|monatlich)\w{0,2}\b|"
    r"\bdauerauftrag\b|\babonn?\w{0,5}\b|"
    r"每(?:个)?(?:天|日|周|星期|礼拜|月|季度)|定期",
    re.I,
)
_QUESTION = re.compile(
    r"\b(?:quote|quotation|rfq|price list|how much|how long|what (?:is|are|does|would)|"
    r"do you (?:have|sell|stock|offer|ship|deliver)|can you (?:tell|offer|quote)|"
    r"is (?:it|this|there)|are (?:they|these|there)|when (?:will|can|do|does)|"
    r"was kosten?|wie (?:viel|lange|teuer)|wieviel|haben sie|gibt es|"
    r"können sie (?:mir |uns )?(?:sagen|anbieten)|wann (?:wird|kommt|können)|"
    r"angebot|preisliste|verfügbar|lieferbar|vorrätig|in stock|availability)\b|"
    r"报价|询价|多少钱|什么价|价格|有货|现货|库存|请问|能不能|可以吗|多久|怎么卖",
    re.I,
)
_ASKED = re.compile(r"[?？]\s*$|吗[?？。!！\s]*$", re.M)
_POLITE = re.compile(
    r"\b(?:can|could|would|will) (?:you|we|i) (?:please |kindly |pls )?(?:\w{1,12} )?"
    r"(?:send|ship|deliver|order|get|have|supply)|"
    r"\b(?:können|könnten|würden) (?:sie|wir) (?:\S{1,20} ){0,5}(?:schicken|senden|"
    r"liefern|bestellen)|\bplease (?:send|ship|deliver|supply)|"
    r"\bbitte (?:\S{1,20} ){0,3}(?:senden|schicken|liefern)|"
    r"请(?:帮)?(?:我们)?(?:发|寄|送|下单)",
    re.I,
)

_PATTERNS = (
    ("complaint", _COMPLAINT),
    ("return", _RETURN),
    ("refusal", _REFUSAL),
    ("correction", _CORRECTION),
    ("recurring", _RECURRING),
)
INTENTS = (*(name for name, _pattern in _PATTERNS), "alternative", "question")
MAX_LINES = 2_000


def not_an_order(subject, text, states_goods):
    """Return why a mail that names goods is no order.

    :param str subject: ``""`` for a reply, whose subject is the earlier mail's.
    :param str text: what was written this time.
    :param states_goods: function telling whether a line names goods with a quantity.
    :return: one of `INTENTS` and the line that told; two empty texts when nothing
        speaks against an order.
    :rtype: tuple[str, str]
    """
    lines = [line for line in (subject, *text.split("\n")[:MAX_LINES]) if line.strip()]
    for name, pattern in _PATTERNS:
        for line in lines:
            if pattern.search(line):
                return name, line.strip()
    for line in lines:
        if _ALTERNATIVE.search(line):
            return "alternative", line.strip()
    for line in lines:
        # Who asks about goods in one sentence, orders none in it.
        asked = _ASKED.search(line) and not _POLITE.search(line)
        if asked and states_goods(line) and not ORDERING.search(line):
            return "question", line.strip()
    if _QUESTION.search(subject) and not ORDERING.search("\n".join(lines)):
        return "question", subject.strip()
    for line in lines:
        if _QUESTION.search(line) and not ORDERING.search(line):
            if _ASKED.search(line) or states_goods(line):
                return "question", line.strip()
    return "", ""
