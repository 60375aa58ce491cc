"""Whether a machine is sound, told by an expert that loaded on it before."""

import logging

from moe_core.engine import Engine, EngineDied, EngineError, HubAway, LoadStopped, MachineTrouble
from webapp.experts.models import Expert
from webapp.queue import visits
from webapp.runs.models import Worker

logger = logging.getLogger(__name__)

CANDIDATES = 3  # of which the first may have gone bad in its own way meanwhile


def another_loads(worker: Worker, engine: Engine, failed: Expert) -> bool | None:
    """Whether another expert loads here now that one has failed; None: none is there to tell.

    Raises LoadStopped.
    """
    engine.unload(keep=False)
    for other in visits.loaded_before(worker, failed)[:CANDIDATES]:
        try:
            engine.load(other.checkpoint)
        except LoadStopped:
            raise
        except HubAway as error:
            logger.warning("%s tells nothing: %s", other, error)
        except (EngineDied, MachineTrouble) as error:
            logger.warning("nor does %s load: %s", other, error)
            return False
        except EngineError as error:
            logger.warning("%s tells nothing: %s", other, error)
        else:
            engine.unload()
            return True
    return None
