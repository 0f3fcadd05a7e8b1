"""Pictures that customers send with a request."""

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

MAX_FILES = 5
MAX_BYTES = 8 * 1024 * 1024

# SVG is left out: it can carry scripts.
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def read_pictures(env, files):
    """Read uploaded pictures, and refuse what is none.

    :param files: uploaded files of a request.
    :return: name and content of each.
    :rtype: list of (str, bytes)
    :raise UserError: when there are too many, too big ones or other files.
    """
    files = [file for file in files if file.filename]
    if len(files) > MAX_FILES:
        raise UserError(env._("Send up to %(count)s pictures.", count=MAX_FILES))
    pictures = []
    for file in files:
        content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise UserError(env._("A picture may have up to 8 MB."))
        if guess_mimetype(content) not in IMAGE_TYPES:
            raise UserError(
                env._(
                    "%(name)s is not a picture (JPEG, PNG, GIF or WebP).",
                    name=file.filename,
                )
            )
        pictures.append((file.filename[:100], content))
    return pictures


def attach_pictures(record_sudo, pictures):
    """Keep pictures with a record; who can read it can see them.

    :param pictures: list of (name, content).
    """
    record_sudo.env["ir.attachment"].create(
        [
            {
                "name": name,
                "raw": content,
                # what it is, not what its name pretends
                "mimetype": guess_mimetype(content),
                "res_model": record_sudo._name,
                "res_id": record_sudo.id,
            }
            for name, content in pictures
        ]
    )


def find_pictures(record_sudo):
    """Return the pictures that customers sent with a request, each with its token.

    What they wrote later is shown with its message, and what staff adds is not theirs.

    :rtype: ir.attachment
    """
    pictures = record_sudo.env["ir.attachment"].search(
        [
            ("res_model", "=", record_sudo._name),
            ("res_id", "=", record_sudo.id),
            ("mimetype", "in", IMAGE_TYPES),
            # the portal keeps what visitors send as the system
            ("create_uid", "=", SUPERUSER_ID),
        ],
        order="id",
    )
    pictures -= record_sudo.message_ids.attachment_ids
    pictures.generate_access_token()
    return pictures
