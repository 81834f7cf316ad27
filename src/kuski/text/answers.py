"""Answer: does a text tell anything, and is it the same as another?"""

import re
import unicodedata
from typing import Literal

State = Literal["told", "empty", "no_answer"]

# The longest text that may still be a mere "I don't know", in words; bounds the search, too.
_MOST_WORDS = 12

_EMOJI = re.compile(r"[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]")
_SMILE = re.compile(r"(?<!\w)[:;=8]['’]?-?[)\]dp*]+(?!\w)|<3+|(?<!\w)\^\^(?!\w)", re.IGNORECASE)
_FROWN = re.compile(r"(?<!\w)[:;=]['’]?-?[(\[/\\|]+(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")
_LETTER = re.compile("[a-zåäö]")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
# Neither a letter, a digit, a mark on a letter, nor an emoji.
_GAPS = re.compile(r"(?:[^\w\u2600-\u27bf\u2b50\U0001f000-\U0001faff€$£%+]|_)+")

# Whole answers that say nothing; line breaks and indents are taken away.
_FINNISH = r"""
    e(?:n|i|mme) (?:mä |mää |minä |me )?(?:nyt |oikein |kyllä |ihan |vielä )*
    (?:osaa|osata|voi|tiedä|tiiä|tiä|keksi|muista|kykene|halua)
    (?: (?:nyt|oikein|tarkkaan|varmaksi|tarkemmin|tähän|tästä|siitä|mitään|mittään|enempää
    |sanoa|sanua|vastata|arvioida|kommentoida|kertoa|ottaa kantaa))*
    |eos|emt|en tie|ei tietoa|ei tiedossa|ei hajua(?:kaan)?|ei aavistusta(?:kaan)?
    |ei mielipidettä|ei koske (?:minua|meitä)|en ole asioinut
    |ei (?:ole )?(?:mitään |mittään |mithän |muuta |erityistä |tällä hetkellä |nyt |juuri nyt )*
    (?:kommentoitavaa|kommenttia|kommentteja|lisättävää|lisäämistä|sanottavaa|kerrottavaa
    |palautetta|vastausta|kokemusta|kokemuksia|erityistä|erikoista|muuta)
    |ei (?:ole )?(?:mitään|mittään|mithän|mikään|mitää|mtn|muuta)(?: muuta)?
    |ei (?:nyt )?(?:tule|tuu|tullut) (?:nyt |juuri nyt |mitään )*mieleen(?: (?:mitään|mikään))*
    |ei|en|ei ole|eipä|eipä mitään|tyhjä
"""
_SWEDISH = r"""
    (?:jag )?(?:vet|minns|kan) (?:ej|inte|icke|inget|ingenting)
    (?: (?:säga|svara|bedöma|uttala mig|kommentera|riktigt|alls|något|nåt|om det|om detta))*
    |(?:har )?(?:ingen|inga|inget|ingenting)
    (?: (?:aning|åsikt|kommentar|kommentarer|erfarenhet|uppfattning|särskilt|speciellt|alls
    |annat|mer|att säga|att tillägga|att kommentera|svar|feedback))*
    |kommer (?:ej|inte) (?:ihåg|på)(?: (?:något|nåt|nu))*|nej|vej|ej aktuellt
"""
_ENGLISH = r"""
    (?:i |we )?(?:really |honestly )?
    (?:do ?nt|do not|ca ?nt|cannot|can not|could ?nt|could not) (?:really )?
    (?:know|say|tell|remember|recall|answer|comment|think of (?:anything|any))
    (?: (?:anything|now|yet|for sure|really))*
    |dunno|idk|i ?ve no idea
    |(?:i )?(?:have )?no (?:idea|clue|opinion|comments?|answer|experience|feedback|remarks)
    |(?:i am |im )?not (?:sure|applicable|available)
    |(?:there is |i have )?(?:nothing|none|nil)
    (?: (?:really|special|specific|particular|in particular|to add|to say|to comment|else|more
    |at all|comes to mind|at this time|so far))*
    |no|nope|prefer not to (?:say|answer)|would rather not say|skip|pass
"""
_ANY = r"n a|na|nan|null|void|x+|e o s|blank|empty|no data|test|testi|asdf\w*"
_FILLER = r"""
    well|hmm+|öö+|eh|sorry|kyllä|valitettavasti|oikeastaan|tällä kertaa|nyt|juuri nyt|taas|kiitos
    |tack|thanks|thank you|tyvärr|just nu|right now|at the moment|sadly|unfortunately|anteeksi
"""


def _no_answer() -> re.Pattern[str]:
    phrase, filler = (
        re.sub(r"\n\s*", "", part)
        for part in ("|".join((_FINNISH, _SWEDISH, _ENGLISH, _ANY)), _FILLER)
    )
    return re.compile(rf"(?:(?:{filler}) )*(?:{phrase})(?: (?:{filler}|{phrase}))*")


_NO_ANSWER = _no_answer()


def state_of(text: str) -> State:
    """Tell whether a text tells anything.

    Parameters
    ----------
    text : str
        One answer, as written.

    Returns
    -------
    {"told", "empty", "no_answer"}
        ``empty`` holds nothing to see (blanks, control characters). ``no_answer`` was answered
        without telling: punctuation only, or nothing but "don't know", "ei mitään", "vet ej" and
        the like. Everything else is ``told``: one emoji too, since it bears a feeling, and "ei
        mitään valittamista" ("nothing to complain of"), since it praises.

    Examples
    --------
    >>> state_of("En osaa sanoa."), state_of("Inget att klaga på"), state_of(" ")
    ('no_answer', 'told', 'empty')
    """
    if not text or text.isspace():
        return "empty"
    if _EMOJI.search(text):
        return "told"
    if not _WORD.search(text):
        return _state_without_words(text)
    if len(text.split(maxsplit=_MOST_WORDS)) > _MOST_WORDS:
        return "told"
    key = same_text(text)
    if key.count(" ") >= _MOST_WORDS:
        return "told"
    return "no_answer" if _LETTER.fullmatch(key) or _NO_ANSWER.fullmatch(key) else "told"


def same_text(text: str) -> str:
    """Return the key that a text shares with its duplicates.

    Texts that differ only in case, blanks, punctuation or the way their letters are encoded have
    the same key; words, numbers, emoji and smileys tell them apart.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty where nothing is told in letters, digits or emoji.

    Examples
    --------
    >>> same_text("Hyvä  palvelu!!") == same_text("hyvä palvelu")
    True
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = _FROWN.sub(" 🙁 ", _SMILE.sub(" 🙂 ", plain))
    return _GAPS.sub(" ", plain.translate(_APOSTROPHES)).strip()


def _state_without_words(text: str) -> State:
    """Tell apart smileys, mere punctuation and nothing at all."""
    if _SMILE.search(text) or _FROWN.search(text):
        return "told"
    seen = any(
        not (letter.isspace() or unicodedata.category(letter).startswith(("C", "Z", "M")))
        for letter in text
    )
    return "no_answer" if seen else "empty"
