"""Who gets a task or a mail, and in which language."""


def pick_staff(*candidates):
    """Return the first person of the staff; customers and robots do no tasks.

    :param candidates: res.users, each of any length, the best first.
    :return: one user or none.
    :rtype: res.users
    """
    users = candidates[0].concat(*candidates)
    return users.filtered(lambda user: user.active and not user.share)[:1]


def in_language_of(record, person):
    """Return ``record`` speaking the language of a user or partner.

    :param person: res.users or res.partner; may be empty.
    """
    return record.with_context(lang=person.lang or record.env.lang)


def tell_customer(record, template_xmlid, **options):
    """Post the mail of a template to the customer, if there is an address.

    What customers do in the portal is done by the system: then the mail comes from
    who is responsible, or from the company.

    :param record: with ``partner_id``, ``user_id`` and ``company_id``.
    :param str template_xmlid: nothing is sent when the template was deleted.
    :param options: for `message_post_with_source`.
    """
    template = record.env.ref(template_xmlid, raise_if_not_found=False)
    if not template or not record.partner_id.email:
        return
    sender = pick_staff(record.env.user, record.user_id).partner_id
    sender = sender or record.company_id.partner_id
    record.message_post_with_source(
        template,
        author_id=sender.id,
        email_from=sender.email_formatted,
        email_layout_xmlid="mail.mail_notification_light",
        subtype_xmlid="mail.mt_comment",  # shown on the customer's page, too
        **{"message_type": "comment", **options},
    )
