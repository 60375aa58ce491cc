"""What experts run on."""

import os


def has_gpu() -> bool:
    """Whether an NVIDIA GPU is there, found without importing torch into this process."""
    return os.path.exists("/dev/nvidiactl") and os.environ.get("SKILLMOE_DEVICE") != "cpu"
