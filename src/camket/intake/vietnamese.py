"""Telling Vietnamese from what a wrong encoding makes of it.

Vietnamese has a closed set of syllables: an onset, a rime, at most one tone. Text read in the wrong encoding hardly
ever yields syllables, so the share of valid ones among the words with special letters decides. That is robust on a
single sentence, where detectors that count letter pairs fail, and it knows TCVN3 and VNI, which they do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSETS = "ngh ng nh ch gh gi kh ph qu th tr b c d đ g h k l m n p r s t v x".split() + [""]
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong ooc oong
    op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uơ uôc uôi
    uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương
    ươp ươt ươu y yêm yên yêng yêt yêu
    """.split()
)
_WORD = re.compile(r"[^\s!-@\[-`{-~“”‘’–—…]+")


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is a possible Vietnamese syllable, in any letter case and normal form."""
    tones, letters = 0, []
    for character in unicodedata.normalize("NFD", word.casefold()):
        if character in _TONES:
            tones += 1
        else:
            letters.append(character)
    if tones > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(letters))
    return any(bare.startswith(onset) and bare[len(onset) :] in _RIMES for onset in _ONSETS)


def special_words(text: str) -> list[str]:
    """The words with a letter beyond ASCII; only they tell encodings apart. At most some thousand, from the start."""
    return [word for word in _WORD.findall(text[:200_000]) if not word.isascii()]


def score(words: list[str]) -> float:
    """Share of valid syllables among words (0 for none)."""
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _tcvn3() -> dict[str, str]:
    lower = (
        "à\xb5á\xb8ả\xb6ã\xb7ạ\xb9ă\xa8ằ\xbbắ\xbeẳ\xbcẵ\xbdặ\xc6â\xa9ầ\xc7ấ\xcaẩ\xc8ẫ\xc9ậ\xcbđ\xaeè\xccé\xd0ẻ\xceẽ\xcfẹ\xd1"
        "ê\xaaề\xd2ế\xd5ể\xd3ễ\xd4ệ\xd6ì\xd7í\xddỉ\xd8ĩ\xdcị\xdeò\xdfó\xe3ỏ\xe1õ\xe2ọ\xe4ô\xabồ\xe5ố\xe8ổ\xe6ỗ\xe7ộ\xe9"
        "ơ\xacờ\xeaớ\xedở\xebỡ\xecợ\xeeù\xefú\xf3ủ\xf1ũ\xf2ụ\xf4ư\xadừ\xf5ứ\xf8ử\xf6ữ\xf7ự\xf9ỳ\xfaý\xfdỷ\xfbỹ\xfcỵ\xfe"
        "Ă\xa1Â\xa2Ê\xa3Ô\xa4Ơ\xa5Ư\xa6Đ\xa7"
    )
    return {lower[at + 1]: lower[at] for at in range(0, len(lower), 2)}


_MARKS = {
    "a": "øùûõï âàáåãä êèéúüë",
    "e": "øùûõï âàáåãä",
    "o": "øùûõï âàáåãä",
    "u": "øùûõï",
    "y": "øùûõ",
    "ô": "øùûõï",
    "ö": "øùûõï",
}
_MEANT = {
    "a": "àáảãạ âầấẩẫậ ăằắẳẵặ",
    "e": "èéẻẽẹ êềếểễệ",
    "o": "òóỏõọ ôồốổỗộ",
    "u": "ùúủũụ",
    "y": "ỳýỷỹ",
    "ô": "ờớởỡợ",
    "ö": "ừứửữự",
}


def _vni() -> dict[str, str]:
    table = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}
    for base, marks in _MARKS.items():
        for mark, meant in zip(marks.replace(" ", ""), _MEANT[base].replace(" ", ""), strict=True):
            table[base + mark] = meant
    return table | {key.upper(): value.upper() for key, value in table.items()}


_TCVN3 = {ord(key): value for key, value in _tcvn3().items()}
_VNI = _vni()
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_tcvn3(text: str) -> str:
    """Text typed in a TCVN3 font (.VnTime), as Windows shows it in another font → Unicode."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Text typed in a VNI font (VNI-Times), as Windows shows it in another font → Unicode."""
    return unicodedata.normalize("NFC", _VNI_PIECE.sub(lambda piece: _VNI[piece.group()], text))


def from_mojibake(text: str) -> str:
    """UTF-8 that was once opened as Windows-1252 and saved again → Unicode; unchanged where that cannot be."""
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return text
            raw.append(ord(character))  # the five bytes that cp1252 leaves undefined
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return text


LEGACY: dict[str, Callable[[str], str]] = {
    "TCVN3 (ABC, .VnTime)": from_tcvn3,
    "VNI (VNI-Times)": from_vni,
    "UTF-8 read as Windows-1252": from_mojibake,
}


@dataclass(frozen=True, slots=True)
class Legacy:
    """A legacy encoding found in a text, and what the text says when read by it."""

    name: str
    meant: str


def legacy(text: str, *, least: int = 2) -> Legacy | None:
    """The legacy encoding that the text is typed in, if it is evidently not Unicode Vietnamese; else None.

    least   number of valid syllables that the other reading has to give
    """
    words = special_words(text)
    if len(words) < least or score(words) >= 0.5:
        return None
    best: tuple[float, Legacy] | None = None
    for name, convert in LEGACY.items():
        meant = convert(text)
        if meant == text:
            continue
        good = [word for word in special_words(meant) if is_syllable(word)]
        share = len(good) / max(len(words), 1)
        if len(good) >= least and share >= 0.7 and (best is None or share > best[0]):
            best = (share, Legacy(name, meant))
    return best[1] if best else None


_LOST = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])")


def lost_letters(text: str) -> bool:
    """Whether letters were replaced by question marks (a code page without them) or by U+FFFD."""
    return "\ufffd" in text or len(_LOST.findall(text)) >= 2
