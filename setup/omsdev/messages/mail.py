"""Mails of customers: orders in free text, questions."""

from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from .spec import Message, cents

MAIL_SERVER = "mx.chenfan-home.example"
_COUNTRIES = {
    "CN": "China",
    "DE": "Germany",
    "US": "USA",
    "GB": "United Kingdom",
    "FR": "France",
    "NL": "Netherlands",
    "AT": "Austria",
    "CH": "Switzerland",
    "IT": "Italy",
    "ES": "Spain",
    "BE": "Belgium",
    "PL": "Poland",
    "DK": "Denmark",
    "SE": "Sweden",
    "NO": "Norway",
}
_LINES = {
    "en": (
        "- {quantity} x {sku} {name}",
        "{sku}: {quantity} pcs",
        "* {name} ({sku}) x {quantity}",
        "{quantity} pcs {sku} {name}",
    ),
    "zh": (
        "{number}、{name}（{sku}） {quantity}个",
        "{sku} x {quantity}",
        "型号 {sku} 要 {quantity} 件",
        "- {sku} {name} 数量：{quantity}",
    ),
}
_PRICES = {"en": " @ {price} {currency} each", "zh": "，单价 {price} {currency}"}
_OPENINGS = {
    "en": (
        "Hello,\n\nplease send us:",
        "Hi team,\n\nwe would like to order:",
        "Good morning,\n\nhere is our order:",
        "Dear all,\n\nwe need the following:",
    ),
    "zh": (
        "您好，\n\n我们需要订购：",
        "你好，请帮我们下单：",
        "您好！\n\n本次采购如下：",
        "各位好，\n\n请发货：",
    ),
}
_CLOSINGS = {
    "en": (
        "Thanks\n{name}",
        "Best regards,\n{name}",
        "--\n{name}",
        "Kind regards\n{name}",
    ),
    "zh": ("谢谢！\n{name}", "此致\n{name}", "--\n{name}", "祝好\n{name}"),
}
_QUESTIONS = {
    "en": (
        (
            "Delivery time",
            "Hello,\n\nhow long does a delivery to {city} take at the "
            "moment? We are thinking of placing an order.",
        ),
        (
            "Question about your products",
            "Hi,\n\ndo you have {product} in stock, and "
            "is there a price list for dealers?",
        ),
    ),
    "zh": (
        ("咨询交货时间", "您好，\n\n请问发到{city}一般需要多久？"),
        ("产品咨询", "您好，\n\n{product}有货吗？方便发一份经销商价目表吗？"),
    ),
}


def build(order, secrets, now, language="en"):
    """Return a mail that orders something in free text.

    The order's number chooses among several phrasings. Prices are stated in every
    second mail; the order's own price, currency and payment count for nothing else.

    :param SampleOrder order:
    :param str language: ``en`` or ``zh``.
    :rtype: Message
    """
    pick = order.number
    form = _choose(_LINES, language, pick)
    lines = []
    for number, line in enumerate(order.lines, start=1):
        text = form.format(
            number=number, quantity=line.quantity, sku=line.sku, name=line.name
        )
        if pick % 2:
            text += _PRICES[language].format(
                price=cents(line.unit_price), currency=order.currency
            )
        lines.append(text)
    parts = [_choose(_OPENINGS, language, pick // 4) + "\n" + "\n".join(lines)]
    parts.append(_address(order.buyer, language))
    number = order_number(order)
    parts.append(
        f"采购单号：{number}" if language == "zh" else f"Our PO number is {number}."
    )
    if order.note:
        parts.append(order.note)
    subject = f"订购 {number}" if language == "zh" else f"Order {number}"
    return _mail(order, subject, parts, language)


def build_enquiry(order, secrets, now, language="en"):
    """Return a mail of the same buyer that asks something and orders nothing.

    :param SampleOrder order: gives sender, date and a product to ask about.
    :rtype: Message
    """
    subject, text = _choose(_QUESTIONS, language, order.number)
    product = order.lines[0].name if order.lines else "Hoodie"
    city = order.buyer.city or "Berlin"
    return _mail(order, subject, [text.format(city=city, product=product)], language)


def order_number(order):
    """Return the purchase order number that the mail states."""
    return f"PO-{order.number:06d}"


def _choose(table, language, number):
    forms = table[language]
    return forms[number % len(forms)]


def _address(buyer, language):
    if language == "zh":
        place = f"{buyer.state}{'' if buyer.city == buyer.state else buyer.city}"
        zip_code = f"，邮编{buyer.zip}" if buyer.zip else ""
        return (
            f"收货人：{buyer.name} {buyer.phone}\n"
            f"收货地址：{place}{buyer.district}{buyer.street}{zip_code}"
        )
    city = f"{buyer.zip} {buyer.city}"
    if buyer.country_code == "US":
        city = f"{buyer.city}, {buyer.state} {buyer.zip}"
    country = _COUNTRIES.get(buyer.country_code, buyer.country_code)
    lines = ["Ship to:", buyer.name, buyer.street, city, country]
    return "\n".join(filter(None, [*lines, buyer.phone]))


def _mail(order, subject, parts, language):
    buyer = order.buyer
    mail = EmailMessage()
    address = buyer.email or "buyer@customer.example"
    # what the shop's own mail server writes above a mail whose sender it has proven
    mail["Authentication-Results"] = (
        f"{MAIL_SERVER}; dmarc=pass header.from={address.rpartition('@')[2]}"
    )
    mail["From"] = formataddr((buyer.name, address))
    mail["To"] = "orders@example.com"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(order.placed_at)
    kind = "order" if len(parts) > 1 else "question"
    mail["Message-ID"] = f"<{kind}-{order.number}@mail.customer.example>"
    closing = _choose(_CLOSINGS, language, order.number // 2).format(name=buyer.name)
    # older Chinese mail programs still write GB 18030
    charset = "gb18030" if language == "zh" and order.number % 3 == 0 else "utf-8"
    text = "\n\n".join([*parts, closing]) + "\n"
    mail.set_content(text, charset=charset, cte="base64")
    return Message(body=mail.as_bytes(), content_type="message/rfc822")
