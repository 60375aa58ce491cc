"""The comparators from the literature: what each does, where it is from, what differs here."""

from collections.abc import Callable
from dataclasses import dataclass

from moe_core.comparators.bandit import Bandit
from moe_core.comparators.choosing import Estimates
from moe_core.comparators.clusters import Clusters, RankedClusters
from moe_core.comparators.contrastive import Contrastive
from moe_core.comparators.neighbours import Neighbours, Retrieved
from moe_core.comparators.pair import Pair
from moe_core.comparators.regressed import Regressed
from moe_core.evidence import Evidence


@dataclass(frozen=True)
class Source:
    """Where a policy is from, and what is different here. `paper`: its name and arXiv number;
    `part`: what of it."""

    paper: str
    part: str
    differs: str


@dataclass(frozen=True)
class Comparator:
    """A published router as a recruiter: the k experts that its estimates rank first.

    `fit` makes it of a profile's evidence. `chances`: whether what it estimates is the chance of
    being right; else it only ranks. `trained`: each fit takes many seconds, so that it is left out
    where ways are cross-validated for a page.
    """

    name: str
    title: str
    summary: str
    source: Source
    fit: Callable[[Evidence], Estimates]
    chances: bool = True
    trained: bool = False


DOMAIN_TO_EXPERT = Source(
    "MoDEM (arXiv 2410.07490) and Composition of Experts (arXiv 2412.01868)",
    "a classifier names the domain, the domain its expert",
    "categories name the domains where there are any; the classifier is a logistic regression on"
    " embeddings; the experts of a domain are counted and not trained for it",
)
COMPARATORS: dict[str, Comparator] = {
    comparator.name: comparator
    for comparator in (
        Comparator(
            "knn",
            "the k best on the nearest validation questions",
            "the k experts that were right most often on the validation questions that read most"
            " like this one.",
            Source(
                "kNN as in RouterBench (arXiv 2403.12031) and arXiv 2505.12601",
                "the kNN router",
                "the number of neighbours is chosen on the validation questions, each left out in"
                " turn",
            ),
            Neighbours,
        ),
        Comparator(
            "uniroute",
            "the k best in the question's cluster",
            "the k experts that were right most often in the nearest cluster of validation"
            " questions.",
            Source(
                "UniRoute (arXiv 2502.08773)",
                "cluster-based router (k-means)",
                "clusters are made of the validation questions themselves, not of a larger set"
                " without outcomes; their number is chosen on them; cost counts in replay alone",
            ),
            Clusters,
        ),
        Comparator(
            "avengers",
            "the k of the best ranks in the nearest clusters",
            "the k experts that rank best in the three nearest clusters, the nearer ones counting"
            " more.",
            Source(
                "The Avengers (arXiv 2505.19797)",
                "method, and core/routing/rank_router.py of its code",
                "one response of each expert instead of ten that vote; the number of clusters is"
                " chosen on the validation questions (the paper: 64, and alike from 14 to 140)",
            ),
            RankedClusters,
            chances=False,
        ),
        Comparator(
            "carrot",
            "the k likeliest by a regression on the text",
            "the k experts that a linear regression on the question's embedding thinks likeliest to"
            " be right.",
            Source(
                "CARROT (arXiv 2502.03261)",
                "plug-in estimates of accuracy and cost",
                "ridge regression on frozen embeddings instead of a fine-tuned RoBERTa; the"
                " estimate of cost counts in replay's cost curve, here accuracy alone",
            ),
            Regressed,
        ),
        Comparator(
            "routerdc",
            "the k nearest in a space trained by contrast",
            "the k experts nearest to the question in a space that was trained to have questions"
            " near the experts that are right on them.",
            Source(
                "RouterDC (arXiv 2409.19886)",
                "the sample-LLM and the sample-sample loss",
                "a linear head on frozen embeddings instead of a fine-tuned mDeBERTa; all experts"
                " that were right, and all that were wrong, instead of three of each; trained in"
                " full batches, stopped by cross-validation",
            ),
            Contrastive,
            chances=False,
            trained=True,
        ),
        Comparator(
            "smcs",
            "the k best on the questions retrieved",
            "the k experts that were right most often on the validation questions retrieved for"
            " this one, weighed by similarity.",
            Source(
                "SMCS (arXiv 2507.14200)",
                "retrieval-based prior selection, and global_utils/moa_classes.py of its code",
                "its bank is the profile, so that how many are retrieved (the code: 400) is chosen"
                " on the validation questions; its posterior, which writes and scores several"
                " answers, is left out",
            ),
            Retrieved,
        ),
        Comparator(
            "routellm",
            "one of the two strongest, by the question",
            "of the two strongest experts that which wins on questions like this one; further seats"
            " by strength.",
            Source(
                "RouteLLM (arXiv 2406.18665)",
                "similarity-weighted ranking",
                "outcomes are compared instead of people's preferences, so that the pair alone has"
                " a closed form; the pair is the two strongest, the threshold one half",
            ),
            Pair,
            chances=False,
        ),
        Comparator(
            "bandit",
            "the k best by what a bandit has seen",
            "as if each validation question had been asked of one expert alone, chosen by LinUCB:"
            " what that costs in accuracy.",
            Source(
                "LinUCB (arXiv 1003.0146), for routing as in BaRP (arXiv 2510.07429)",
                "1003.0146, LinUCB with disjoint models",
                "BaRP trains a policy by gradients, this is the plain bandit; eight principal"
                " components of the embeddings; it explores on the validation questions alone",
            ),
            Bandit,
        ),
    )
}
