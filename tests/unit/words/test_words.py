"""One term for one thing in both languages, and English that people speak."""

import csv
import re
from pathlib import Path

import polib
import pytest
from omsdev.paths import REPOSITORY, suite_addons

with open(Path(__file__).with_name("terms.csv"), newline="") as file:
    TERMS = list(csv.DictReader(file))
# Words of the first draft that no native speaker would use on a screen.
CLUMSY = (
    r"\bmend(s|ed|ing)?\b",
    r"\bdearer\b",
    r"\btake up\b",
    r"\bgive up\b",
    r"\bgiven up\b",
    r"\bdrop correction\b",
    r"\bbegin again\b",
    r"\bask(ed|ing)? the policy\b",
    r"\bnobody's\b",
    r"\basking failed\b",
    r"\bnot told\b",
    r"\btold to\b",
    r"\b(answer|solved) until\b",
    r"\b1 Units\b",
    r"\bjust answer this\b",
    r"^\S*\.\S* is missing",
)


def entries(addon):
    """Texts of an addon with their translation."""
    return polib.pofile(str(REPOSITORY / addon / "i18n/zh_CN.po"))


@pytest.mark.parametrize("addon", suite_addons())
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["english"])
def test_a_term_has_one_translation(addon, term):
    pattern = re.compile(rf"\b{re.escape(term['english'])}s?\b", re.I)
    other = [
        entry.msgid
        for entry in entries(addon)
        if pattern.search(re.sub(r"%\(\w+\)s", "", entry.msgid))
        and term["chinese"] not in entry.msgstr
    ]
    assert not other, f"{term['english']} is {term['chinese']}"


@pytest.mark.parametrize("addon", suite_addons())
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["english"])
def test_no_other_word_stands_for_a_term(addon, term):
    used = [
        (entry.msgid, word)
        for entry in entries(addon)
        for word in term["never"].split("|")
        if word and word in entry.msgstr
    ]
    assert not used


@pytest.mark.parametrize("addon", suite_addons())
@pytest.mark.parametrize("words", CLUMSY)
def test_texts_are_english_that_people_speak(addon, words):
    found = [e.msgid for e in entries(addon) if re.search(words, e.msgid, re.I)]
    assert not found


@pytest.mark.parametrize("addon", suite_addons())
def test_the_template_has_the_texts_of_the_translation(addon):
    template = polib.pofile(str(REPOSITORY / addon / f"i18n/{addon}.pot"))
    assert {e.msgid for e in template} == {e.msgid for e in entries(addon)}
