"""What the host's own parser would be busy with is known before it sees it."""

import email
import email.policy

import pytest
from email_samples import write

from oms_addon.adapters.mail.guard import is_costly, stand_in

HEAD = "From: Jo <jo@example.com>\nTo: orders-1@example.com\nMessage-ID: <1@x>\n"


@pytest.mark.parametrize(
    "rest",
    [
        'Content-Type: text/plain; a="' + '"' * 8_000,
        "Content-Type: text/plain" + ";" * 8_000,
        "Reply-To: " + "a@b.c, " * 5_000 + "\n",
        "Content-Type: multipart/mixed;\n boundary=b\n\n--b\nContent-Type: text/plain;"
        + ";\n " * 4_000
        + "\n\nx\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n"
        + "--b\nContent-Type: text/plain\n\nx\n" * 20_000,
    ],
    ids=["quotes", "semicolons", "answers", "folded in a part", "parts"],
)
def test_a_costly_mail_is_handed_on_as_its_head(rest):
    raw = f"{HEAD}Subject: Order\n{rest}\n\n2 x TS-01\n".encode()
    assert is_costly(raw)
    assert is_costly(raw.replace(b"\n", b"\r\n"))
    short = email.message_from_bytes(stand_in(raw), policy=email.policy.SMTP)
    assert short["From"] == "Jo <jo@example.com>"
    assert short["To"] == "orders-1@example.com"
    assert short["Message-ID"] == "<1@x>"
    assert not is_costly(stand_in(raw))


def test_mails_of_people_are_not():
    assert not is_costly(write("2 x TS-01"))
    many = ", ".join(f"Person {n} <p{n}@example.com>" for n in range(500))
    assert not is_costly(f"{HEAD}Cc: {many}\n\nx\n".encode())
