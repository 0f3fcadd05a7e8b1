import re
from collections import defaultdict

from odoo import api, models
from odoo.tools import email_normalize

from ...document import Party


class OmsIntake(models.AbstractModel):
    _inherit = "oms.intake"

    @api.model
    def _match_partners(self, channel, documents, create=True, own=()):
        """Find or create customer, delivery and invoice partner of each document.

        A customer is known by the channel's id, else by e-mail, else by phone; what
        is known here is never overwritten.

        :param bool create: create customers that are not known.
        :param own: per document the customer whose its known sender is, maybe empty:
            he it is, whatever the document says, unless it may name another.
        :return: a tuple of three partners per document, in their order; the
            first is empty when nobody is known and ``create`` is off.
        :rtype: list[tuple]
        """
        parties = [self._customer_of(document) for document in documents]
        all_keys = [self._party_keys(party) for party in parties]
        keys = [self._lookup_keys(own) for own in all_keys]
        known = self._known_customers(channel, all_keys)
        found = [
            next((known[key] for key in own if key in known), None) for own in keys
        ]
        for number, partner in enumerate(own):
            # who may name customers names them; else `authority` has taken that out
            if partner and self._is_sender_himself(parties[number], documents[number]):
                found[number] = partner
        if create:
            self._create_customers(channel, parties, keys, found)
            self._remember_customers(channel, all_keys, found, known)
        empty = self.env["res.partner"]
        customers = [partner or empty for partner in found]
        if not create:
            return [(partner, partner, partner) for partner in customers]
        wanted = []
        for customer, party, document in zip(
            customers, parties, documents, strict=True
        ):
            for address, kind in (
                (document.shipping, "delivery"),
                (document.billing, "invoice"),
            ):
                wanted.append((customer, party, address or party, kind))
        addresses = self._match_addresses(channel, wanted)
        return [
            (customer, addresses[2 * number], addresses[2 * number + 1])
            for number, customer in enumerate(customers)
        ]

    @api.model
    def _customer_of(self, document):
        """Who buys: the customer, else who pays, else who receives."""
        return document.customer or document.billing or document.shipping

    @api.model
    def _is_sender_himself(self, party, document):
        """Whether a mail names nobody but who wrote it."""
        others = document.customer.external_id or document.customer.vat
        return not others and not party.unproven

    @api.model
    def _party_keys(self, party):
        """What a customer is known by, the surest first.

        Who has not proven to be a customer shares no account with one: he is known as
        himself only.

        :rtype: list[str]
        """
        keys = []
        if party.unproven:
            address = email_normalize(party.email) if party.email else ""
            return [f"unproven:{address}"] if address else []
        if party.external_id:
            keys.append(f"id:{party.external_id}")
        email = email_normalize(party.email) if party.email else ""
        if email:
            keys.append(f"mail:{email}")
        phone = re.sub(r"\D", "", party.phone)
        if len(phone) >= 7 and "*" not in party.phone:
            keys.append(f"phone:{phone[-11:]}")
        if not keys and party.token:
            keys.append(f"token:{party.token}")
        return keys

    @api.model
    def _lookup_keys(self, keys):
        """The keys that identify a person.

        Families and offices share a phone: it decides only where there is nothing
        better.

        :param list keys: of `_party_keys`.
        """
        better = [key for key in keys if not key.startswith("phone:")]
        return better or keys

    @api.model
    def _known_customers(self, channel, keys):
        """Partners by key: from the channel's memory, then from all contacts.

        :rtype: dict[str, res.partner]
        """
        wanted = {key for own in keys for key in own}
        links = self.env["oms.channel.customer"].search(
            [("channel_id", "=", channel.id), ("external_id", "in", list(wanted))]
        )
        known = {
            link.external_id: link.partner_id
            for link in links
            if link.partner_id.active
        }
        emails = [key[5:] for key in wanted if key.startswith("mail:")]
        partners = (
            self.env["res.partner"].search(
                [
                    ("email_normalized", "in", emails),
                    ("company_id", "in", [False, channel.company_id.id]),
                    ("type", "=", "contact"),
                ],
                order="id",
            )
            if emails
            else self.env["res.partner"]
        )
        for partner in partners:
            known.setdefault(f"mail:{partner.email_normalized}", partner)
        for key, partner in self._partners_by_phone(channel, keys).items():
            known.setdefault(key, partner)
        return known

    @api.model
    def _partners_by_phone(self, channel, keys):
        """Contacts with the phones of customers who are known by nothing better.

        :rtype: dict[str, res.partner]
        """
        code = str(channel.country_id.phone_code or "")
        numbers = {}
        for own in keys:
            if own and own[0].startswith("phone:"):
                digits = own[0].removeprefix("phone:")
                if not digits.startswith(code):
                    digits = code + digits.lstrip("0")
                numbers[f"+{digits}"] = own[0]
        if not numbers:
            return {}
        partners = self.env["res.partner"].search(
            [
                ("phone_sanitized", "in", list(numbers)),
                ("company_id", "in", [False, channel.company_id.id]),
                ("type", "=", "contact"),
            ],
            order="id desc",
        )
        return {numbers[partner.phone_sanitized]: partner for partner in partners}

    @api.model
    def _create_customers(self, channel, parties, keys, found):
        """Fill the gaps of ``found`` with new partners, one per customer."""
        values, places = [], defaultdict(list)
        groups = {}
        for number, (party, own) in enumerate(zip(parties, keys, strict=True)):
            if found[number]:
                continue
            slot = next((groups[key] for key in own if key in groups), len(values))
            if slot == len(values):
                values.append(self._prepare_partner(channel, party))
            groups.update(dict.fromkeys(own, slot))
            places[slot].append(number)
        created = self.env["res.partner"].create(values)
        for slot, numbers in places.items():
            for number in numbers:
                found[number] = created[slot]

    @api.model
    def _remember_customers(self, channel, keys, found, known):
        """Store by what the channel knows each customer."""
        links = {}
        for own, partner in zip(keys, found, strict=True):
            for key in own:
                if key not in known or known[key] != partner:
                    links.setdefault(key, partner)
        existing = set(
            self.env["oms.channel.customer"]
            .search(
                [
                    ("channel_id", "=", channel.id),
                    ("external_id", "in", list(links)),
                ]
            )
            .mapped("external_id")
        )
        self.env["oms.channel.customer"].create(
            [
                {"channel_id": channel.id, "external_id": key, "partner_id": partner.id}
                for key, partner in links.items()
                if key not in existing
            ]
        )

    @api.model
    def _prepare_partner(self, channel, party):
        """Values of a new customer."""
        values = self._address_values(channel, party)
        if party.vat and not values["vat"]:
            values["comment"] = self.env._(
                "The tax number told by the channel is not valid: %(number)s",
                number=party.vat,
            )
        return {
            **values,
            "is_company": bool(party.company and not party.name),
            "company_id": False,
            "lang": self._language(channel, party),
        }

    @api.model
    def _address_values(self, channel, party):
        """Contact and address fields of a party."""
        country = self._country(party.country_code) or channel.country_id
        name = party.name or party.company or party.email or party.phone
        return {
            "name": name or self.env._("Unnamed customer"),
            "company_name": party.company if party.name else False,
            "email": party.email or False,
            "phone": party.phone or False,
            "street": " ".join(p for p in (party.district, party.street) if p)
            if country.code == "CN"
            else party.street or False,
            "street2": party.street2
            or (party.district if country.code != "CN" else False)
            or False,
            "city": party.city or False,
            "zip": party.zip or False,
            "country_id": country.id,
            "state_id": self._state(country, party.state),
            "vat": self._vat(country, party),
        }

    @api.model
    def _vat(self, country, party):
        """The tax number, or False for one that the host would refuse (base_vat).

        One mistyped number must not keep the order out; and who has no valid one is
        not freed from tax.
        """
        vat, _country = self.env["res.partner"]._run_vat_checks(
            country, party.vat or False, party.name, validation="setnull"
        )
        return vat or False

    @api.model
    def _country(self, code):
        return self.env["res.country"].browse(
            self._country_ids().get((code or "").upper(), ())
        )

    @api.model
    def _country_ids(self):
        cache = self.env.cr.cache.setdefault("oms_countries", {})
        if not cache:
            cache.update({c.code: c.id for c in self.env["res.country"].search([])})
        return cache

    @api.model
    def _state(self, country, text):
        """State or province by code or name in any installed language, or False."""
        if not text or not country:
            return False
        cache = self.env.cr.cache.setdefault("oms_states", {})
        if country.id not in cache:
            names = {}
            for lang, _ in self.env["res.lang"].get_installed():
                for state in country.with_context(lang=lang).state_ids:
                    names[state.code.lower()] = state.id
                    names[_short_place(state.name)] = state.id
            cache[country.id] = names
        names = cache[country.id]
        return names.get(text.strip().lower()) or names.get(_short_place(text), False)

    # ---- addresses -------------------------------------------------------

    @api.model
    def _match_addresses(self, channel, wanted):
        """Partner for each address; a child contact when it differs.

        :param list wanted: of (customer, its own `Party`, wanted `Party`, type).
        :rtype: list[res.partner]
        """
        customers = self.env["res.partner"].union(*(w[0] for w in wanted))
        children = self.env["res.partner"].search(
            [
                ("parent_id", "in", customers.ids),
                ("type", "in", ("delivery", "invoice")),
            ]
        )
        known = {}
        for partner in customers:
            known[partner.id, "any", self._partner_key(partner)] = partner
        for child in children:
            known[child.parent_id.id, child.type, self._partner_key(child)] = child
        missing, order = {}, []
        for customer, party, address, kind in wanted:
            values = self._address_values(channel, self._filled(address, party))
            key = self._values_key(values)
            partner = known.get((customer.id, "any", key)) or known.get(
                (customer.id, kind, key)
            )
            if not partner and customer.street and self._names_no_place(address, party):
                partner = customer
            place = (customer.id, kind, key)
            if not partner:
                missing.setdefault(
                    place,
                    {
                        **values,
                        "parent_id": customer.id,
                        "type": kind,
                        "company_name": False,
                        "vat": False,
                    },
                )
            order.append((partner, place))
        created = self.env["res.partner"].create(list(missing.values()))
        fresh = dict(zip(missing, created, strict=True))
        return [partner or fresh[place] for partner, place in order]

    @api.model
    def _names_no_place(self, address, party):
        """Whether a message tells no address: then the customer's own is meant."""
        return not any(
            told.street or told.city or told.zip or told.masked or told.token
            for told in (address, party)
        )

    @api.model
    def _filled(self, address, party):
        """What an address lacks is taken from the customer."""
        if address is party:
            return party
        if not (address.street or address.city or address.zip or address.masked):
            return party
        return Party(
            **{
                **address.__dict__,
                "name": address.name or address.company or party.name,
                "phone": address.phone or party.phone,
                "country_code": address.country_code or party.country_code,
            }
        )

    @api.model
    def _values_key(self, values):
        return _address_key(
            values["name"],
            values["street"],
            values["street2"],
            values["zip"],
            values["city"],
            values["country_id"],
            values["phone"],
        )

    @api.model
    def _partner_key(self, partner):
        return _address_key(
            partner.name,
            partner.street,
            partner.street2,
            partner.zip,
            partner.city,
            partner.country_id.id,
            partner.phone,
        )


def _address_key(*parts):
    """Parts of an address without case, spaces and punctuation."""
    return tuple(re.sub(r"[\W_]+", "", str(part or "")).lower() for part in parts)


def _short_place(name):
    """A Chinese or western region name without its suffix: 浙江省 -> 浙江."""
    text = re.sub(r"[\s]+", "", (name or "").lower())
    return re.sub(
        r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市|province)$",
        "",
        text,
    )
