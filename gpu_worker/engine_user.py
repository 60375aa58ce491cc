"""The user that an engine's process becomes where the product runs as root.

Knows no Django: the processes that load experts do not.
"""

import ctypes
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from webapp.confined import end_with_parent

PR_SET_NO_NEW_PRIVS = 38  # from <linux/prctl.h>


@dataclass(frozen=True)
class EngineUser:
    """Known by a number alone, which nobody else has, and by the one folder that it may write."""

    uid: int
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """Where libraries keep what they compile, and what they call the user."""
        cache = self.home / "cache"
        folders = {
            "HOME": self.home,
            "TMPDIR": self.home / "tmp",
            "XDG_CACHE_HOME": cache,
            "XDG_CONFIG_HOME": self.home / "config",
            "XDG_DATA_HOME": self.home / "data",
            "VLLM_CACHE_ROOT": cache / "vllm",
            "VLLM_CONFIG_ROOT": self.home / "config" / "vllm",
            "TORCHINDUCTOR_CACHE_DIR": cache / "inductor",
            "TRITON_CACHE_DIR": cache / "triton",
            "CUDA_CACHE_PATH": cache / "cuda",
            "HF_MODULES_CACHE": self.modules,
        }
        names = {"USER": f"engine-{self.uid}", "LOGNAME": f"engine-{self.uid}"}
        return names | {name: str(folder) for name, folder in folders.items()}

    @property
    def modules(self) -> Path:
        """Code that comes with checkpoints."""
        return self.home / "cache" / "modules"

    def become(self) -> None:
        """For good, and this process still ends with its parent: a change of user forgets that."""
        os.setgroups([])
        os.setresgid(self.uid, self.uid, self.uid)
        os.setresuid(self.uid, self.uid, self.uid)
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        end_with_parent()
        os.environ.update(self.environment)
        os.umask(0o077)
        tempfile.tempdir = str(self.home / "tmp")
