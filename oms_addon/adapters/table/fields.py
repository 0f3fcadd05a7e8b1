"""What the columns of an order file are called, in English, German and Chinese."""

import re
import unicodedata

# What a table says of a party, behind "ship_" for instance; the country is
# written in many ways and read apart.
PARTY_FIELDS = (
    "name",
    "company",
    "street",
    "street2",
    "district",
    "city",
    "state",
    "zip",
    "phone",
)

# Fields of a whole order; all others belong to one line.
_ORDER = {
    "external_id": "order id|id|external id|external order id|订单id|平台订单id",
    "number": (
        "number|order number|order no|order nr|order|order ref|order reference|"
        "po|po number|po no|purchase order|purchase order number|"
        "customer reference|reference|"
        "bestellnr|bestellnummer|bestellung|bestellung nr|bestell nr|auftrag|"
        "auftragsnr|auftragsnummer|auftrag nr|belegnr|belegnummer|"
        "订单号|订单编号|订单|单号|采购单号|采购订单号|客户订单号|平台单号|原始单号"
    ),
    "status": "status|order status|auftragsstatus|bestellstatus|状态|订单状态",
    "financial_status": (
        "financial status|payment status|zahlungsstatus|付款状态|支付状态"
    ),
    "fulfillment_status": (
        "fulfillment status|fulfilment status|shipping status|delivery status|"
        "versandstatus|lieferstatus|发货状态|物流状态"
    ),
    "ordered_at": (
        "ordered at|created at|created|date|order date|ordered on|ordered|"
        "datum|bestelldatum|auftragsdatum|下单时间|下单日期|订单日期|订单时间|日期|"
        "订单创建时间|创建时间"
    ),
    "paid_at": (
        "paid at|payment date|zahlungsdatum|bezahlt am|付款时间|支付时间|付款日期"
    ),
    "shipped_at": "fulfilled at|shipped at|versandt am|发货时间|发货日期",
    "cancelled_at": "cancelled at|canceled at|storniert am|取消时间",
    "promised_at": (
        "promised at|requested date|requested delivery date|delivery date|"
        "due date|required date|ship by|deliver by|needed by|wunschtermin|"
        "liefertermin|lieferdatum|wunschlieferdatum|要求交期|交期|交货日期|"
        "要求到货日期|送货日期|期望送达时间|最晚发货时间"
    ),
    "currency": "currency|currency code|währung|waehrung|币种|货币",
    "subtotal": "subtotal|zwischensumme|商品金额|商品总额|货款",
    "shipping_cost": (
        "shipping|shipping cost|shipping costs|freight|postage|versand|"
        "versandkosten|fracht|运费|邮费"
    ),
    "tax_total": "taxes|tax total|total tax|steuerbetrag|税额|税金",
    "total": (
        "total|order total|grand total|gesamtbetrag|rechnungsbetrag|endbetrag|"
        "订单金额|订单总额|应付金额|实付金额|总金额|实付款"
    ),
    "discount_code": "discount code|coupon|coupon code|gutschein|优惠券|优惠码",
    "discount_amount": "discount amount|order discount|rabattbetrag|优惠金额|订单优惠",
    "shipping_method": (
        "shipping method|delivery method|versandart|lieferart|配送方式|快递公司|快递|"
        "物流公司|物流方式"
    ),
    "payment_method": "payment method|zahlungsart|付款方式|支付方式",
    "refunded_amount": "refunded amount|退款金额|erstattet",
    "payment_reference": (
        "payment reference|payment id|transaction id|zahlungsreferenz|支付单号|交易号"
    ),
    "note": (
        "note|notes|remark|remarks|comment|comments|customer note|buyer note|"
        "anmerkung|bemerkung|hinweis|kommentar|备注|买家留言|客户备注|买家备注|留言"
    ),
    "internal_note": (
        "internal note|staff note|interne notiz|卖家备注|商家备注|内部备注"
    ),
    "tags": "tags|schlagworte|标签",
    "prices_include_tax": "prices include tax|tax included|brutto|含税",
    "customer_id": (
        "customer id|customer number|customer no|kundennr|kundennummer|"
        "客户编号|客户代码|客户编码"
    ),
    "customer_name": "customer name|customer|buyer|kunde|kundenname|客户|客户名称|买家",
    "company": "company|firma|公司|公司名称|单位名称",
    "email": "email|e mail|mail|customer email|email address|邮箱|电子邮箱|电子邮件",
    "phone": "phone|customer phone|客户电话",
    "vat": "vat|vat number|vat id|tax id|ust id|ustid|ust idnr|税号|纳税人识别号",
    # written by `split` itself, so that a piece reads like the whole file
    "decimal_mark": "decimal mark",
    "date_order": "date order",
    "unread_sheets": "unread sheets",
}

_LINE = {
    "line_id": "line id|lineitem id|line no|line|position|pos|行号|行id|子订单号|序号",
    "listing_id": "listing id|variant id|platform sku id|平台sku|平台商品id",
    "sku": (
        "sku|lineitem sku|product code|item code|item no|item number|item|article|"
        "article no|article number|part number|part no|product|product id|"
        "internal reference|artikel|artikelnr|artikelnummer|artikel nr|art nr|"
        "produktcode|商品编码|商家编码|货号|型号|产品编码|产品型号|物料编码|物料号|"
        "规格编码|商品代码|商品sku|sku编码|产品编号|商品编号"
    ),
    "barcode": "barcode|ean|ean code|gtin|upc|strichcode|条码|条形码|商品条码|69码",
    "line_name": (
        "line name|lineitem name|description|product name|item name|"
        "item description|product description|title|bezeichnung|beschreibung|"
        "produktname|produkt|artikelbezeichnung|artikelname|"
        "商品名称|品名|产品名称|商品|产品|货品名称|物料名称|宝贝标题|名称|商品标题"
    ),
    "quantity": (
        "quantity|qty|lineitem quantity|ordered quantity|order quantity|"
        "pcs|pieces|units|menge|anzahl|stück|stückzahl|stueck|stk|"
        "数量|订购数量|采购数量|件数|购买数量|商品数量|订货数量"
    ),
    "price": (
        "price|unit price|lineitem price|price each|item price|preis|einzelpreis|"
        "stückpreis|nettopreis|e preis|单价|价格|商品单价|销售单价|含税单价|未税单价"
    ),
    "line_discount": "line discount|lineitem discount|discount|rabatt|折扣|优惠",
    "tax_rate": "tax rate|vat rate|mwst|ust|steuersatz|mwst satz|税率",
    "line_total": (
        "line total|line amount|amount total|gesamtpreis|gesamt|zeilensumme|betrag|"
        "金额|小计|行金额|总价"
    ),
    "uom": "uom|unit|unit of measure|einheit|me|单位|计量单位",
    "line_note": "line note|positionstext|行备注|商品备注",
}

# Parts of an address, with the words that introduce whose address it is.
_ADDRESS = {
    "name": "name|contact|contact name|姓名|联系人",
    "company": "company|firma|公司",
    "street": (
        "street|address1|address 1|address|address line 1|straße|strasse|adresse|"
        "地址|详细地址"
    ),
    "street2": "street2|address2|address 2|address line 2|zusatz|adresszusatz",
    "district": "district|county|landkreis|kreis|区|区县|县区|县",
    "city": "city|town|ort|stadt|城市|市",
    "state": "province|state|region|province name|bundesland|省|省份",
    "zip": "zip|zip code|postal code|postcode|plz|postleitzahl|邮编|邮政编码",
    "country": "country|country code|land|国家",
    "phone": "phone|telephone|tel|mobile|telefon|手机|电话|手机号|手机号码|联系电话",
}
_WHOSE = {
    "ship": "shipping|ship to|ship|delivery|recipient|liefer|lieferung|收货|收件",
    "bill": "billing|bill to|bill|invoice|rechnungs|rechnung|发票|账单",
}
_EXTRA = {
    "ship_name": (
        "ship to|recipient|recipient name|receiver|consignee|deliver to|empfänger|"
        "empfaenger|收货人|收件人|收货人姓名|收件人姓名|联系人"
    ),
    "ship_street": "lieferadresse|delivery address|shipping address|收货地址|收件地址",
    "ship_phone": "收货人手机|收货人电话|收件人手机|收件人电话|receiver phone",
}

# What a channel's settings call a column that says nothing about the order.
IGNORED = "ignored"
# The heading of a column that `split` itself has renamed: read by nobody.
SENDERS_REFERENCE = "reference of the sender"

TOTAL_WORDS = frozenset(
    (
        "total",
        "totals",
        "sum",
        "subtotal",
        "grand total",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "合计",
        "总计",
        "小计",
        "共计",
    )
)
DATE_FIELDS = ("ordered_at", "paid_at", "shipped_at", "cancelled_at", "promised_at")
NUMBER_FIELDS = (
    "quantity",
    "price",
    "line_discount",
    "tax_rate",
    "line_total",
    "subtotal",
    "shipping_cost",
    "tax_total",
    "total",
    "discount_amount",
    "refunded_amount",
)


# What is longer is text, not a heading.
LONGEST_HEADING = 200
_PUNCTUATION = re.compile(r"[\s_\-./:*#?·]+")
_UNIT = re.compile(r"[(（\[【][^)）\]】]{0,60}[)）\]】]")


def normalize(heading):
    """Return a heading in the form of the tables here: no case, no punctuation."""
    clean = unicodedata.normalize("NFKC", str(heading)).casefold()
    return _PUNCTUATION.sub(" ", clean).strip()


def _synonyms():
    table = {}
    for group in (_ORDER, _LINE):
        for field, words in group.items():
            table[normalize(field)] = field
            for word in words.split("|"):
                table.setdefault(normalize(word), field)
    for whose, prefixes in _WHOSE.items():
        for part, words in _ADDRESS.items():
            table[f"{whose} {part}"] = f"{whose}_{part}"
            for prefix in prefixes.split("|"):
                for word in words.split("|"):
                    for glue in (" ", ""):
                        table.setdefault(
                            normalize(prefix + glue + word), f"{whose}_{part}"
                        )
    for field, words in _EXTRA.items():
        for word in words.split("|"):
            table[normalize(word)] = field
    # An address without a word for whose it is: where the goods go.
    for part, words in _ADDRESS.items():
        for word in words.split("|"):
            table.setdefault(normalize(word), f"ship_{part}")
    return table


SYNONYMS = _synonyms()
FIELDS = frozenset(SYNONYMS.values())
ORDER_FIELDS = frozenset(_ORDER) | {f for f in FIELDS if f[:5] in ("ship_", "bill_")}


def field_of(heading, columns=None):
    """Return the field that a heading names, "" for an unknown one.

    :param str heading: as it is in the file.
    :param Mapping columns: normalized heading to field, of the channel.
    """
    if len(str(heading)) > LONGEST_HEADING:
        return ""
    key = normalize(heading)
    without_unit = normalize(_UNIT.sub(" ", str(heading)))
    for name in (key, without_unit):
        if columns and name in columns:
            return columns[name]
        if name in SYNONYMS:
            return SYNONYMS[name]
    return ""


def is_ours(heading):
    """Whether a heading was written by `split` itself and stands for nothing."""
    return normalize(heading) in ("name", SENDERS_REFERENCE)


def map_headings(headings, columns=None):
    """Return where each field is.

    :param list headings: cells of the heading row.
    :param Mapping columns: normalized heading to field, of the channel.
    :rtype: dict[str, int]
    """
    places = {}
    keys = [normalize(str(heading)[:LONGEST_HEADING]) for heading in headings]
    for index, heading in enumerate(headings):
        field = field_of(heading, columns)
        if field and (keys[index] != "name" or (columns and "name" in columns)):
            places.setdefault(field, index)
    if "name" in keys:
        # Shopify's export calls the order number so; others the product.
        meanings = (
            ("number",) if "lineitem quantity" in keys else ("line_name", "ship_name")
        )
        free = [field for field in meanings if field not in places]
        if free:
            places[free[0]] = keys.index("name")
    return places


def is_complete(places):
    """Whether the columns say what is ordered and how much of it."""
    return "quantity" in places and bool(
        {"sku", "barcode", "line_name", "listing_id"} & set(places)
    )
