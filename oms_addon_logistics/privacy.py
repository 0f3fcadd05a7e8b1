"""What of a person each reader of a page sees. No ORM here.

Every page that shows a recipient asks `show_recipient`, and nothing else decides.
"""

#: The person or somebody of the same company, after login.
OWNER = "owner"
#: Whoever has the link: neighbours, carriers, search engines of mail programs.
LINK = "link"


def show_recipient(reader, *, name="", phone="", street="", city="", state=""):
    """Name, phone and place as a reader may see them.

    :param str reader: `OWNER` or `LINK`
    :return: name, phone, place
    :rtype: dict
    """
    if reader == OWNER:
        shown = {"name": name, "phone": phone, "street": street}
    else:
        shown = {
            "name": _begin_words(name),
            "phone": _end_number(phone),
            "street": _begin_street(street),
        }
    place = ", ".join(filter(None, (shown.pop("street"), city, state)))
    return {"name": shown["name"] or "", "phone": shown["phone"] or "", "place": place}


def _begin_words(name):
    """Keep the first sign: 张伟 → 张*, Anna Berg → A*** B***."""
    words = (name or "").split()
    return " ".join(word[0] + "*" * min(len(word) - 1, 3) for word in words)


def _end_number(phone):
    """Keep the last four digits: 138 1234 5678 → ****5678."""
    digits = [sign for sign in phone or "" if sign.isdigit()]
    return "****" + "".join(digits[-4:]) if len(digits) > 6 else ""


def _begin_street(street):
    """Keep the beginning of the street."""
    street = street or ""
    shown = street[: max(len(street) // 3, 2)].strip()
    return f"{shown}***" if street else ""
