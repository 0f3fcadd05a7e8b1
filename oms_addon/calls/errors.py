"""What may go wrong with a call, as codes with values."""


class CallError(Exception):
    """A call that was not made, not answered, or not answered in a usable way.

    It holds no sentence and nothing of the answer's content: whoever shows it has a
    translated sentence for each code.

    :param str code: one of `CODES`.
    :param details: the values that the code names.
    """

    CODES = {
        # not made
        "bad_address": "",  # no address, or spelt in an odd way
        "no_https": "host",  # in clear, and not allowed for this host
        "inner_address": "host",  # it leads into a private network
        # not answered
        "unreachable": "detail",
        "too_slow": "seconds",
        "certificate": "host",
        # not answered in a usable way
        "moved": "address",  # a redirect, which is not followed
        "answer_too_large": "limit",  # in megabytes
        "bad_answer": "",  # not what a web server says
    }
    # Another try may help without anybody's doing.
    PASSING = ("unreachable", "too_slow")

    def __init__(self, code, **details):
        if self.CODES[code].split() != list(details):
            raise ValueError(f"call error {code!r} with {list(details)}")
        self.code = code
        self.details = details
        super().__init__(f"{code} {details or ''}".strip())


# The channel can't be called: the fault is not the message's.
WAITING = (*CallError.CODES, "locked_secret")
# Of them, those that only a person can mend.
FAULTS_OF_CHANNEL = tuple(code for code in WAITING if code not in CallError.PASSING)
