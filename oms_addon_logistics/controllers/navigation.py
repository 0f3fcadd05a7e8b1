"""Links that open a phone's own navigation; nothing is loaded from them."""

from urllib.parse import quote


def navigation_url(latitude, longitude, address, country):
    """Return the link for one place.

    In China AMap's link is used: WeChat and the local phones understand it, and it
    takes WGS 84 coordinates. Elsewhere the standard ``geo:`` link.

    :param float latitude: degrees, WGS 84; 0 when unknown
    :param float longitude: degrees, WGS 84
    :param str address: what to show, and to look for when there are no coordinates
    :param str country: ISO code of the country, or ""
    :return: the link, or "" when there is neither position nor address
    :rtype: str
    """
    name = quote(address or "", safe="")
    has_position = bool(latitude or longitude)
    if not has_position and not name:
        return ""
    if country == "CN":
        if has_position:
            return (
                f"https://uri.amap.com/navigation?to={longitude:.6f},{latitude:.6f},"
                f"{name}&mode=car&coordinate=wgs84&callnative=1"
            )
        return f"https://uri.amap.com/search?keyword={name}&callnative=1"
    if has_position:
        place = f"{latitude:.6f},{longitude:.6f}"
        return f"geo:{place}?q={place}({name})" if name else f"geo:{place}?q={place}"
    return f"geo:0,0?q={name}"


def phone_url(phone):
    """Return a ``tel:`` link, or "" without a number.

    :param str phone: as a person wrote it
    :rtype: str
    """
    digits = "".join(sign for sign in phone or "" if sign.isdigit() or sign in "+*#,")
    return f"tel:{digits}" if digits else ""
