from babel.languages import get_official_languages

from odoo import api, models


class OmsIntake(models.AbstractModel):
    """In which language a customer is addressed."""

    _inherit = "oms.intake"

    @api.model
    def _language(self, channel, party):
        """The language told, else of the country told, of the channel, of its country.

        Who lives in a country whose language is not installed reads English. The user
        who takes an order in says nothing about the customer: the own language comes
        last.

        :param oms.channel channel: where the customer ordered
        :param Party party: who ordered, as the message has it
        :return: code of an installed language
        :rtype: str
        """
        told = self._installed_language(party.lang)
        if not told and party.country_code:
            told = self._language_of_country(
                party.country_code
            ) or self._installed_language("en")
        return (
            told
            or channel.lang
            or self._language_of_country(channel.country_id.code)
            or self.env.lang
            or "en_US"
        )

    @api.model
    def _installed_language(self, code, country=None):
        """The installed language nearest to a code such as ``zh-Hans-CN``.

        :return: nothing when none is near
        :rtype: str | None
        """
        if not code:
            return None
        wanted = code.replace("-", "_")
        installed = [lang for lang, _name in self.env["res.lang"].get_installed()]
        if wanted in installed:
            return wanted
        language = wanted.split("_")[0].lower()
        near = [lang for lang in installed if lang.split("_")[0] == language]
        of_country = [lang for lang in near if country and lang.endswith(country)]
        return next(iter(of_country + near), None)

    @api.model
    def _language_of_country(self, country):
        """An installed language that a country speaks.

        :param str country: ISO code
        :rtype: str | None
        """
        if not country:
            return None
        country = country.upper()
        spoken = get_official_languages(country, regional=False, de_facto=True)
        found = (self._installed_language(code, country) for code in spoken)
        return next((lang for lang in found if lang), None)
