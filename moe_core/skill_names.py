"""What may be the name of a skill, and which names mean the same skill.

Small models name skills, but also write answers, options, sums, sentences and refusals where a
skill should stand. What is refused here can never tell experts apart: it comes up once. Not in the
paper, whose scripts take whatever has at most 20 characters.
"""

import re
import unicodedata

# A name is a phrase: "history of western philosophy" and "partial differential equations" are among
# the longest in use. With five words sentences begin ("solve for the unknown side"); the paper's 20
# characters cut off "differential equations" and "electrical engineering".
MOST_WORDS = 4
MOST_CHARACTERS = 40
FEWEST_CHARACTERS = 2

# Letters of any script, joined by little; "c++" and "c#" end in signs. Digits only where a name has
# them: "2d geometry". So neither sums nor formulas nor lettered options are names.
_NAME = re.compile(r"(?:(?:[23]-?d|[^\W\d_]+(?:\+\+|#)?)(?:'s)?(?:\s?[-/&]\s?|'?\s|'|$))+")
OPTION = re.compile(r"\(?[a-j][.):]\s", re.IGNORECASE)  # "d) h2o"
_PLACEHOLDER = re.compile(r"(?:your )?(?:key ?word|skill|topic|subject)s?\s?(?:\d{1,2}|one|two|n)?")
_OF_SENTENCES = """
    is are was were am be been being do does did don't doesn't can can't cannot could will won't
    would should must may might shall has have had you your we our they their them he she his her
    this that these those there here which what who whose why how because since therefore thus hence
    if then however sorry please let let's i'm i'll i've i'd it's we're you're not following above
    below answer's based according provided correct incorrect
"""
_FIRST_OF_SENTENCES = "i it so yes no but to as for answer question option final"
_NO_NAMES = """
    answer answers question questions option options choice choices explanation example examples
    reason result solution none nothing unknown unsure null n/a na yes no true false maybe other etc
    and or the keywords skills response conclusion correct
"""
OF_SENTENCES = frozenset(_OF_SENTENCES.split())  # in no name of a skill
FIRST_OF_SENTENCES = frozenset(_FIRST_OF_SENTENCES.split())
NO_NAMES = frozenset(_NO_NAMES.split())  # alone


def is_skill(name: str) -> bool:
    """Whether a name, in lower case, may be one of a skill rather than an answer or a sentence."""
    if not FEWEST_CHARACTERS <= len(name) <= MOST_CHARACTERS or OPTION.match(name):
        return False
    words = name.split()
    if len(words) > MOST_WORDS or words[0] in FIRST_OF_SENTENCES or name in NO_NAMES:
        return False
    if not OF_SENTENCES.isdisjoint(words) or _PLACEHOLDER.fullmatch(name):
        return False
    return _NAME.fullmatch(name) is not None


_PLURALS = (
    (re.compile(r"(?<=\w\w)ies\b"), "y"),
    (re.compile(r"(?<=ly|he|no)ses\b"), "sis"),
    (re.compile(r"(?<=ss)es\b|(?<=[xz])es\b|(?<=ch)es\b|(?<=sh)es\b"), ""),
    (re.compile(r"(?<=\w\w[^siu])s\b"), ""),
)
_SPELLINGS = (  # British to American, and what is written either way
    (re.compile(r"(?<=\w)is(?=ation|e\b|ed\b|er\b|ing\b)"), "iz"),
    (re.compile(r"(?<=\w)ys(?=e\b|ed\b|ing\b)"), "yz"),
    (re.compile(r"(?<=\w{3})our(?=\b|al|ed|ing)"), "or"),
    (re.compile(r"(?<=\w{3})re\b"), "er"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"ll(?=ing\b|ed\b|er\b)"), "l"),
    (re.compile(r"\s?&\s?"), " and "),
)


def normal_form(name: str) -> str:
    """What the spellings of one name have in common: number, hyphens, accents, British or not.

    Only for comparing: it is not always a word.
    """
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"[-\u2013_/\s]+", " ", re.sub(r"['\u2019]", "", text)).strip()
    for pattern, spelling in (*_PLURALS, *_SPELLINGS):
        text = pattern.sub(spelling, text)
    return text
