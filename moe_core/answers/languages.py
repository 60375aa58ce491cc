"""How other languages than English say what the answer is: one entry a language."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A noun, a verb, and what follows a letter that comes first; the examples state C."""

    name: str
    examples: tuple[str, ...]
    stems: tuple[str, ...]  # one of them is in every text that says it: others are not searched
    noun: str
    verb: str
    needs_verb: bool = True  # or a colon
    letter_first: str = ""


LANGUAGES = (
    Language(
        "German",
        ("Die richtige Antwort lautet C.", "Richtig ist C.", "C ist richtig."),
        ("ntwort", "NTWORT", "ösung", "ichtig"),
        r"(?i:antwort|lösung)(?:en|möglichkeit|option)?|[Rr]ichtig",
        r"ist|lautet|wäre|bleibt",
        letter_first=r"\s(?:ist\s)?(?:also\s)?(?:die\s)?(?:richtig|korrekt)",
    ),
    Language(
        "French",
        ("La bonne réponse est donc C.", "Réponse : C", "C est la bonne réponse."),
        ("éponse", "ÉPONSE", "eponse"),
        r"(?i:r[ée]ponse)",
        r"est|serait|sera",
        letter_first=r"\sest\s(?:donc\s)?(?:la\s)?(?:bonne|réponse|correcte)",
    ),
    Language(
        "Spanish",
        ("La respuesta correcta es la C.", "C es la respuesta correcta."),
        ("espuesta", "ESPUESTA", "pción"),
        r"(?i:respuesta|opción)",
        r"es|sería|será",
        letter_first=r"\ses\s(?:la\s)?(?:respuesta|opción|correcta)",
    ),
    Language(
        "Portuguese",
        ("A resposta correta é a letra C.", "A alternativa correta é C."),
        ("esposta", "ESPOSTA", "lternativa", "pção"),
        r"(?i:resposta|alternativa|opção)",
        r"é|seria|será",
        letter_first=r"\sé\s(?:a\s)?(?:resposta|alternativa|opção|correta)",
    ),
    Language(
        "Italian",
        ("La risposta corretta è la C.", "Risposta: C"),
        ("isposta", "ISPOSTA", "pzione"),
        r"(?i:risposta|opzione)",
        r"è|sarebbe|sarà",
        letter_first=r"\sè\s(?:la\s)?(?:risposta|opzione|corretta)",
    ),
    Language(
        "Russian",
        ("Правильный ответ: C.", "Ответ — C", "Верный вариант - C"),
        ("твет", "ТВЕТ", "ариант"),
        r"(?i:ответ|вариант)(?:ом)?",
        r"это|является|будет",
        letter_first=r"\s(?:[—–-]\s)?(?:это\s)?(?:правильн|верн)",
    ),
    Language(
        "Chinese",
        ("正确答案是C。", "故选C。", "只有选项C是对的。", "所以应该选择 C"),
        ("答", "选", "選"),
        r"答案|正确选项|正確選項|答(?=[:：])|(?:选择|選擇|选|選)(?=[\s*:：(（“\"]*[A-Z(（])",
        r"(?:应该?|應該?)?(?:是|为|為|选|選)",
        needs_verb=False,
        letter_first=r"(?:选项|選項)?(?:是|为)?(?:正确|正確|对|對)",
    ),
    Language(
        "Japanese",
        ("答えはCです。", "正解：C", "Cが正解です。"),
        ("答え", "正解", "解答", "回答"),
        r"答え|正解|回答|解答",
        r"は",
        letter_first=r"(?:が|は)(?:正解|正しい|答え)",
    ),
    Language(
        "Korean",
        ("정답은 C입니다.", "따라서 답은 (C)이다.", "C가 정답입니다."),
        ("답",),
        r"정답|답변|답",
        r"은|는",
        letter_first=r"(?:이|가)\s?(?:정답|답)",
    ),
    Language(
        "Arabic",
        ("الإجابة الصحيحة هي C.", "الجواب: C"),
        ("جابة", "جواب"),
        r"(?:ال)?(?:إجابة|اجابة|جواب)",
        r"هي|هو",
    ),
    Language(
        "Hindi",
        ("सही उत्तर C है।", "उत्तर: C"),
        ("उत्तर", "जवाब", "विकल्प"),
        r"उत्तर|जवाब|विकल्प",
        r"है|होगा",
        needs_verb=False,
    ),
)

STEMS = tuple(stem for language in LANGUAGES for stem in language.stems)

_GAP = r"(?:\s[^\W\d_]{1,15}){0,4}?"  # "La respuesta a la pregunta es"
_ADVERB = r"(?:\s(?:donc|also|daher|somit|folglich|demnach|por tanto|portanto|quindi|dunque))?"


def _sentence(language: Language) -> str:
    verb = rf"{_GAP}\s?(?:(?:{language.verb})(?![a-zà-ÿа-я]{{2}}){_ADVERB}|[:=—–-])"
    alone = r"|\s(?=[(*]*[A-Z][)*]*\.?\s*(?:$|\n))"
    return rf"(?:{language.noun})[\s*_]*(?:{verb}{alone}){'' if language.needs_verb else '?'}"


# A match ends where the answer begins; full-width signs have been made plain ones.
STATED = re.compile(rf"(?:{'|'.join(map(_sentence, LANGUAGES))})[\s*_:]*(?=[^\s*:])")
LETTER_FIRST = re.compile(
    r"([A-Z])(?<![A-Za-z].)[)*\"]*(?:"
    + "|".join(language.letter_first for language in LANGUAGES if language.letter_first)
    + ")"
)
# What may stand before a letter or a value: articles and words for "option".
BEFORE = (
    r"l[ae]|der|die|das|il|el|[oa](?=\s)|l'option|opción|opção|opzione|alternativa|letra"
    r"|lettre|lettera|[Bb]uchstabe|[Aa]ntwort|вариант|буква|الخيار|विकल्प"
    r"|wahrscheinlich|probablement|daher|also|donc"
)
BEFORE_UNSPACED = "选项|選項|选择|選擇|选|選択肢|選|선택지"
NEGATED = re.compile(
    r"\b(?:no|não|non|nicht|keine?|ne|не)\b|n'|不|没|아니|ない|ليس|नहीं", re.IGNORECASE
)
# What ends a sentence after its answer, where the verb comes last.
AFTER = r"\s?(?:です|である|だ|となります|になります|입니다|이다|입니다|이에요|है|हैं|होगा)(?=\W|$)"
# Letters of other scripts that stand for A, B, C, …
LETTERS = str.maketrans(
    {"А": "A", "В": "B", "С": "C", "Е": "E", "أ": "A", "ا": "A", "ب": "B", "ج": "C", "د": "D"}
)


def may_state(text: str) -> bool:
    """Whether a text may say in another language what its answer is."""
    return any(stem in text for stem in STEMS)
