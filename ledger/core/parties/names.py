"""Merchant names: what a wallet shows to a payer must not pass for somebody else.

``Аpple`` with a Cyrillic А looks like Apple, ``ᎪᏢᏢᏞᎬ`` is five Cherokee letters, a right-to-left
override turns a name around. Unicode's answer (UTS 39, confusable detection) is to compare
*skeletons*, in which every letter is replaced by what it looks like. The rules, in order:

1. the name is in the form NFKC already and has no control, format, private or unassigned character;
2. no word mixes Latin letters with Cyrillic, Greek or Cherokee ones;
3. no word of those three scripts reads as a Latin word (UTS 39, whole-script confusable);
4. no two merchants have the same skeleton.

Chinese beside Latin is how shops there are named, and fine.

    >>> check_name("KFC肯德基")
    'KFC肯德基'
    >>> skeleton("Demo Drogerie") == skeleton("DEM0-DR0GERlE")
    True
    >>> check_name("Аpple")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.MerchantNameConfusable: the word 'Аpple' mixes alphabets
"""

from __future__ import annotations

import re
import unicodedata

from ledger.core.records.parties import Merchant
from ledger.protocol.errors.checkout import MerchantNameConfusable
from ledger.protocol.errors.content import FieldFormat, TextCharacter
from ledger.protocol.identifiers import check_text

NAME_LENGTH = 40

_LOOKALIKE_SCRIPTS = ("CYRILLIC", "GREEK", "CHEROKEE")

# Out of Unicode's confusables.txt (UTS 39): letters of these scripts that look like a Latin letter.
# Capitals and small letters differ in what they look like.
_LOOKS_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеорѕіјухһԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορυᎠᎡᎢᎪᎫᎬᎯᎳᎵᎷᎻᎾᏀᏃᏎᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏩᏭᏮᏰᏳᏴ",
    "ABESIJKMHOPCTYXaceopsijyxhdqwlABEZHIKMNOPTYXayivopuDRTAJEAWPMHOGZ4BRWSVSLCPKDGO6BGB",
)

_PASS_FOR_EACH_OTHER = str.maketrans("0|1iı", "ollll")
"""After case folding: zero and o; i, dotless i, l, one and the bar."""


def check_name(name: str) -> str:
    """Give back a name that can be shown; else ``MerchantNameConfusable`` or ``FieldFormat``."""
    if not name.strip() or name != name.strip():
        raise FieldFormat("a merchant's name is not blank and has no blanks around it")
    if unicodedata.normalize("NFKC", name) != name:
        raise MerchantNameConfusable("the name is not in the form NFKC")
    try:
        check_text(name, NAME_LENGTH)
    except TextCharacter as error:
        raise MerchantNameConfusable(error.detail) from error
    for word in name.split():
        _check_word(word)
    return name


def _check_word(word: str) -> None:
    scripts = {script for letter in word for script in _scripts(letter)}
    if len(scripts) > 1:
        raise MerchantNameConfusable(f"the word {word!r} mixes alphabets")
    if scripts & set(_LOOKALIKE_SCRIPTS) and skeleton(word).isascii():
        raise MerchantNameConfusable(f"the word {word!r} reads as another alphabet's")


def _scripts(character: str) -> list[str]:
    name = unicodedata.name(character, "")
    return [script for script in ("LATIN", *_LOOKALIKE_SCRIPTS) if name.startswith(script)]


def skeleton(name: str) -> str:
    """Reduce a name to what it looks like: names that pass for each other have one skeleton.

    Accents, case, blanks and punctuation don't count; look-alike letters become one (i, l, 1 and
    the digit 0 with o too); ``rn`` reads as ``m`` and ``vv`` as ``w``.
    """
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", name.translate(_LOOKS_LIKE))
        if not unicodedata.combining(character)
    )
    folded = bare.casefold().translate(_PASS_FOR_EACH_OTHER)
    letters = "".join(character for character in folded if character.isalnum())
    return letters.replace("rn", "m").replace("vv", "w")


_EMVCO_TEXT = re.compile(r"[ -~]+", re.ASCII)
EMVCO_NAME_LENGTH = 25
EMVCO_CITY_LENGTH = 15


def check_merchant_names(merchant: Merchant) -> frozenset[str]:
    """Check every name of a merchant and give their skeletons.

    ``name`` and ``city`` must fit fields 59 and 60 of a code (EMVCo MPM v1.1, table 3.1), else
    ``FieldFormat``.
    """
    for text, most in ((merchant.name, EMVCO_NAME_LENGTH), (merchant.city, EMVCO_CITY_LENGTH)):
        if len(text) > most or not _EMVCO_TEXT.fullmatch(text):
            raise FieldFormat(f"{text[:40]!r} does not fit {most} printable ASCII characters")
    names = (merchant.name, merchant.names.de, merchant.names.en, merchant.names.zh)
    return frozenset(skeleton(check_name(name)) for name in names)
