"""What a process that loads experts is told: what libraries want to know, and no secrets.

Code that comes with a checkpoint runs in it, and whatever is read or written by a library that was
not written for that. So it is a list of what is kept, not of what is left out.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

MORE = "SKILLMOE_ENGINE_VARIABLES"  # further names, where a machine needs them
NAMES = {
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "CC", "CXX"),
    *("VIRTUAL_ENV", "SKILLMOE_DEVICE"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
}
OF_LIBRARIES = (
    *("LC_", "LD_", "XDG_", "PYTHON", "CUDA", "CUDNN_", "CUBLAS", "NVIDIA_", "NCCL_", "GLOO_"),
    *("TORCH", "PYTORCH_", "TRITON_", "VLLM_", "FLASHINFER_", "HF_", "HUGGING_FACE_HUB_"),
    *("TRANSFORMERS_", "TOKENIZERS_", "SAFETENSORS_", "OMP_", "GOMP_", "KMP_", "MKL_"),
    *("OPENBLAS_", "NUMEXPR_", "NUMBA_", "MALLOC_"),
)
SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|PASSWD)S?$", re.IGNORECASE)
OF_DOWNLOADS = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}  # the engine fetches what is not here yet


def kept(environment: Mapping[str, str]) -> dict[str, str]:
    """The part that such a process gets."""
    named = OF_DOWNLOADS | set(environment.get(MORE, "").split(","))
    return {
        name: value
        for name, value in environment.items()
        if name in named
        or ((name in NAMES or name.startswith(OF_LIBRARIES)) and not SECRET.search(name))
    }


@contextmanager
def without_secrets() -> Iterator[None]:
    """For the moment in which a process is started that takes over this one's environment, for
    multiprocessing can give it no other. What was removed later would still be in its memory."""
    whole = dict(os.environ)
    for name in whole.keys() - kept(whole).keys():
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(whole)
