"""Whether a model fits: what happens when vLLM 0.32 loads it as the gpu worker asks it to."""

from dataclasses import dataclass, replace
from enum import StrEnum

from webapp.experts.memory import GB, MB, cache, engine
from webapp.experts.memory.engine import Way
from webapp.experts.memory.formats import NOT_FLOAT16, knows_bfloat16, number_format
from webapp.experts.memory.places import Card, Host, Place
from webapp.experts.memory.shapes import Shape

PROMPT = 1_024  # tokens that a question and what is said around it may take
ROUND = 1_024  # tokens: an estimate is told in steps of these
# The least compute capability of packed weights (`get_min_capability` in
# model_executor/layers/quantization/): fp8 only packs them on 7.5, and computes in fp8 from 8.9 on.
LEAST = {"fp8": (7, 5), "awq": (7, 5), "modelopt": (8, 0), "mxfp4": (8, 0)}
WITHOUT_SLEEPERS = "with SKILLMOE_SLEEP_GB=0 it"
PACKING = {"fp8", "fp8_per_tensor", "fp8_per_block", "fp8_per_channel"}  # while it is loaded


class Verdict(StrEnum):
    FITS = "fits"
    SHORTER = "fits with a shorter context"
    NEEDS_FP8 = "needs fp8"
    NEEDS_OTHER_DTYPE = "needs another number format"
    TOO_LONG = "context too long"
    NEEDS_GPUS = "needs more GPUs"
    DOES_NOT_FIT = "does not fit"
    NOT_KNOWN = "not known"

    @property
    def loads(self) -> bool:
        return self in (Verdict.FITS, Verdict.SHORTER)


@dataclass(frozen=True)
class Settings:
    """What of an expert's settings decides about memory."""

    max_model_len: int | None = None  # tokens; None: as many as fit
    dtype: str = "auto"
    quantization: str = ""
    gpus: int = 1
    max_new_tokens: int = 4_096


@dataclass(frozen=True)
class Fit:
    """What happens on one kind of GPU."""

    verdict: Verdict
    sentence: str
    weight_bytes: int = 0  # on each GPU
    token_bytes: int = 0  # of the cache, on each GPU
    tokens: int = 0  # of the context that it has then
    at_once: int = 0  # sequences of that length
    beside_sleepers: bool = True  # others may sleep while it is loaded
    cuts_outputs: bool = False  # that are as long as the expert may write

    @property
    def short(self) -> str:
        """For a column."""
        if self.verdict is Verdict.SHORTER:
            cut = ", outputs cut" if self.cuts_outputs else ""
            return f"fits with {self.tokens:,} tokens{cut}"
        return self.verdict.value


def fit(shape: Shape | None, place: Place, settings: Settings) -> Fit:
    """On the GPU alone: what other programs hold of it counts as free."""
    if shape is None:
        return Fit(Verdict.NOT_KNOWN, "not known: its files are not here yet")
    dtype = number_format(shape, place, settings.dtype, settings.quantization)
    if refused := _refused(shape, place, settings, dtype):
        return refused
    packs = settings.quantization in PACKING and not shape.quantization
    way = Way(dtype, packs, settings.gpus, context=settings.max_model_len or 0)
    found = _loaded(shape, place, settings, way)
    if _is_enough(found, shape, settings):
        return found
    alone = _tried(shape, place, settings, replace(way, asleep=False))
    if alone.verdict.loads and _is_enough(alone, shape, settings):
        return replace(found, sentence=f"{found.sentence}; {WITHOUT_SLEEPERS} {alone.short}")
    if not _may_pack(shape, place, settings):
        return found
    packed = _loaded(shape, place, settings, replace(way, fp8=True))
    if not (packed.verdict.loads and _is_enough(packed, shape, settings)):
        return found
    return replace(
        packed,
        verdict=Verdict.NEEDS_FP8,
        sentence=_needs_fp8(found, packed),
        weight_bytes=found.weight_bytes,
    )


def gigabytes(size: float) -> str:
    """In GB, or MB where it is less than one."""
    figure, unit = (size / GB, "GB") if size >= GB else (size / MB, "MB")
    digits = 1 if figure < (99.5 if unit == "GB" else 9.95) else 0
    return f"{figure:.{digits}f} {unit}"


def _refused(shape: Shape, place: Place, settings: Settings, dtype: str) -> Fit | None:
    """What fails whatever the memory."""
    if dtype == "bfloat16" and not knows_bfloat16(place):
        return Fit(
            Verdict.NEEDS_OTHER_DTYPE,
            "needs float16: the GPU has no bfloat16; leave the number format out",
        )
    if dtype == "float16" and shape.model_type in NOT_FLOAT16:
        return Fit(
            Verdict.NEEDS_OTHER_DTYPE,
            "needs bfloat16: it overflows in float16; leave the number format out",
        )
    if isinstance(place, Card) and settings.gpus > place.count:
        return Fit(Verdict.NEEDS_GPUS, f"needs {settings.gpus} GPUs, the machine has {place.count}")
    packed = shape.quantization or ("fp8" if settings.quantization in PACKING else "")
    if not _unpacks(packed, place):
        least = ".".join(map(str, LEAST[packed]))
        return Fit(
            Verdict.DOES_NOT_FIT, f"does not load: {packed} needs compute capability {least}"
        )
    if (asked := settings.max_model_len) and asked > shape.longest:
        return Fit(
            Verdict.TOO_LONG,
            f"does not load with {asked:,} tokens: it was made for {shape.longest:,}",
        )
    return None


def _loaded(shape: Shape, place: Place, settings: Settings, way: Way) -> Fit:
    """The gpu worker first loads in a way that lets experts sleep, then in one that does not."""
    first = isinstance(place, Card) and place.sleeping
    ways = [replace(way, asleep=asleep) for asleep in ([True, False] if first else [False])]
    found = [_tried(shape, place, settings, each) for each in ways]
    loaded = (fit for fit in found if fit.verdict.loads)
    could = (fit for fit in found if _is_enough(fit, shape, settings))  # with a shorter context
    return next(loaded, None) or next(could, found[-1])


def _tried(shape: Shape, place: Place, settings: Settings, way: Way) -> Fit:
    space, rules = engine.room(shape, place, way), engine.rules(shape, place, way)
    asked = settings.max_model_len or shape.context
    tokens = cache.longest(shape.layers, asked, space, rules)
    made = Fit(
        Verdict.FITS,
        "fits",
        weight_bytes=shape.weight_bytes(way.dtype, fp8=way.fp8) // way.gpus,
        token_bytes=cache.token_bytes(shape.layers, rules),
        tokens=tokens,
        at_once=_at_once(shape, tokens, space, rules),
        beside_sleepers=way.asleep,
    )
    if not tokens:
        return replace(made, verdict=Verdict.DOES_NOT_FIT, sentence=_lacks(made, place, space))
    if tokens == asked:
        alone = isinstance(place, Card) and place.sleeping and not way.asleep
        return replace(made, sentence="fits, with no other expert asleep") if alone else made
    told = rounded(tokens)
    if settings.max_model_len:
        sentence = (
            f"does not fit with {asked:,} tokens; leave the context length out or set at most"
            f" {told:,}"
        )
        return replace(made, verdict=Verdict.TOO_LONG, sentence=sentence, tokens=told)
    sentence = f"fits with {told:,} of {asked:,} tokens"
    if cuts := told < enough(shape, settings):
        sentence += f": outputs are cut before {settings.max_new_tokens:,}"
    shorter = replace(made, verdict=Verdict.SHORTER, sentence=sentence, tokens=told)
    return replace(shorter, cuts_outputs=cuts)


def rounded(tokens: int) -> int:
    return tokens - tokens % ROUND if tokens >= 2 * ROUND else tokens


def enough(shape: Shape, settings: Settings) -> int:
    """Tokens that an expert can work with: a question and a whole output, if it has as many."""
    return min(settings.max_new_tokens + PROMPT, settings.max_model_len or shape.context)


def _is_enough(found: Fit, shape: Shape, settings: Settings) -> bool:
    """Whether nothing but a shorter context is wanted, at the most."""
    return found.tokens >= enough(shape, settings)


def _may_pack(shape: Shape, place: Place, settings: Settings) -> bool:
    packed = shape.quantization or settings.quantization
    return isinstance(place, Card) and not packed and _unpacks("fp8", place)


def _unpacks(packed: str, place: Place) -> bool:
    return isinstance(place, Host) or place.has(*LEAST.get(packed, (0, 0)))


def _at_once(shape: Shape, tokens: int, space: int, rules: cache.Rules) -> int:
    one = cache.request_bytes(shape.layers, tokens, rules)
    return min(engine.SEQUENCES, max(1, space // one)) if tokens and one else 0


def _needs_fp8(plain: Fit, packed: Fit) -> str:
    sizes = f"{gigabytes(packed.weight_bytes)} of weights instead of"
    return (
        f"needs fp8: with quantisation fp8 it has {sizes} {gigabytes(plain.weight_bytes)}"
        f" and {rounded(packed.tokens):,} tokens"
    )


def _lacks(made: Fit, place: Place, space: int) -> str:
    weights = gigabytes(made.weight_bytes)
    if isinstance(place, Host):
        asked = place.cache_bytes
        beside = f" and {gigabytes(asked)} for the cache" if asked else ""
        free = gigabytes(place.total_bytes)
        return f"does not fit: needs {weights} for weights{beside}, {free} of memory are free"
    if made.weight_bytes >= place.total_bytes:
        has = gigabytes(place.total_bytes)
        return f"does not fit: needs {weights} for weights, the GPU has {has}"
    return (
        f"does not fit: {weights} of weights and what the engine takes leave no room for a"
        f" cache ({gigabytes(max(-space, 0))} lacking)"
    )
