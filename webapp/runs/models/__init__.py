"""Runs and everything that the GPU does for them, as Postgres holds it.

A Run asks for Generations; the gpu worker serves them in Visits and commits results together
with Events. An Answer is one question of a run on its way to a verdict. Postgres is the truth;
messages only wake people up.
"""

from webapp.runs.models.answer import Answer
from webapp.runs.models.cost import ExpertCost, RunCost
from webapp.runs.models.event import Event
from webapp.runs.models.finding import Finding
from webapp.runs.models.fits import ProfileFit
from webapp.runs.models.generation import Generation, Progress, RecordedResponse
from webapp.runs.models.naming import SavedView, Star
from webapp.runs.models.pace import WorkPace
from webapp.runs.models.preview import Preset, Preview
from webapp.runs.models.profile import AggregatorRank, Profile, ProfileCell, ProfileTotal
from webapp.runs.models.proposal import ProfileProposal
from webapp.runs.models.rerun import Rerun
from webapp.runs.models.run import Run
from webapp.runs.models.visit import GpuReading, Pulse, Visit, Worker

__all__ = [
    "AggregatorRank",
    "Answer",
    "Event",
    "ExpertCost",
    "Finding",
    "Generation",
    "GpuReading",
    "Preset",
    "Preview",
    "Profile",
    "ProfileCell",
    "ProfileFit",
    "ProfileProposal",
    "ProfileTotal",
    "Progress",
    "Pulse",
    "RecordedResponse",
    "Rerun",
    "Run",
    "RunCost",
    "SavedView",
    "Star",
    "Visit",
    "WorkPace",
    "Worker",
]
