"""What an engine leaves for the cache of keys and values.

Settings are those with which the gpu worker starts vLLM; a test holds the two together. What the
engine itself takes is estimated from what vLLM 0.32 measures when it starts
(v1/worker/gpu_worker.py, `determine_available_memory`).
"""

from dataclasses import dataclass

from webapp.experts.memory import GB
from webapp.experts.memory.cache import Rules, block_bytes, request_bytes
from webapp.experts.memory.places import Card, Host, Place
from webapp.experts.memory.shapes import WIDTHS, Shape

GPU_MEMORY = 0.92  # of all of it
LEFT_TO_SLEEPERS = 0.1  # of all of it, where experts may sleep
SEQUENCES = 256  # at once

# On a CPU there is room for so many sequences of so many tokens, or for one as long as may be: more
# make nothing faster, and a load writes all of it. The cache takes a quarter of the memory at the
# most, and a GB where nothing is known of the model.
CPU_BLOCK = 128  # tokens
CPU_SEQUENCES, CPU_TOKENS = 32, 4_096
CPU_LEAST, CPU_UNKNOWN = GB // 4, GB
CPU_PART = 4

# engine/arg_utils.py, `get_batch_defaults`: tokens of a batch, by the GPU's memory and name.
LARGE_GPU = 70 * GB
LARGE_BATCH, BATCH = 16_384, 8_192
BATCHES = 2  # under way at once (config/vllm.py, `max_concurrent_batches`)

# Estimates, not measured: CUDA graphs of 256 sequences, and libraries with their workspaces.
GRAPHS = 6 * GB // 10
LIBRARIES = 5 * GB // 10
# Estimates: bytes for each token of the vocabulary and sequence while the sampler is warmed up
# (scores and their order, probabilities, sums), and elements of the hidden size that a token takes.
SAMPLED = 32
HIDDENS = 4


@dataclass(frozen=True)
class Way:
    """How a model is loaded."""

    dtype: str  # of WIDTHS
    fp8: bool = False
    gpus: int = 1
    asleep: bool = True  # in a way that lets it sleep
    context: int = 0  # tokens that are asked for; 0: the model's own


def room(shape: Shape, place: Place, way: Way) -> int:
    """Bytes for the cache on each GPU; negative: so many are lacking."""
    weights = shape.weight_bytes(way.dtype, fp8=way.fp8) // way.gpus
    if isinstance(place, Host):
        return cpu_room(shape, place, way, place.total_bytes - weights - LIBRARIES)
    return usable_bytes(place, way) - weights - overhead(shape, place, way)


def cpu_room(shape: Shape, host: Host, way: Way, spare: int) -> int:
    """What the operator has set; else what is of use, in what is `spare`: there is no swapping."""
    if host.cache_bytes:
        return host.cache_bytes if spare >= host.cache_bytes else spare - host.cache_bytes
    longest, own = way.context or shape.context, rules(shape, host, way)
    many = CPU_SEQUENCES * request_bytes(shape.layers, min(longest, CPU_TOKENS), own)
    useful = max(many, request_bytes(shape.layers, longest, own)) + block_bytes(shape.layers, own)
    most = max(CPU_LEAST, host.memory // CPU_PART)
    return min(max(CPU_LEAST, useful), most, spare)


def usable_bytes(card: Card, way: Way) -> int:
    """What vLLM is told to use of each GPU."""
    share = GPU_MEMORY - (LEFT_TO_SLEEPERS if way.asleep else 0)
    return int(card.total_bytes * share)


def overhead(shape: Shape, card: Card, way: Way) -> int:
    """What is neither weights nor cache: the largest batch, or the sampler if it takes more;
    graphs; libraries.
    """
    token = HIDDENS * shape.hidden + shape.widest // way.gpus
    forward = batch(card) * token * WIDTHS[way.dtype]
    sampler = SEQUENCES * shape.vocabulary * SAMPLED
    return max(forward, sampler) + GRAPHS + LIBRARIES


def batch(card: Card) -> int:
    """Tokens of the largest batch."""
    is_large = card.total_bytes >= LARGE_GPU and "a100" not in card.name.lower()
    return LARGE_BATCH if is_large else BATCH


def rules(shape: Shape, place: Place, way: Way) -> Rules:
    width = shape.cache_width or WIDTHS[way.dtype]
    if isinstance(place, Host):
        return Rules(width, CPU_BLOCK, way.gpus)
    return Rules(width, gpus=way.gpus, in_flight=BATCHES * batch(place))
