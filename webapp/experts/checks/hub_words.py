"""What the hub refuses, in words for people: what is wrong, and what to do."""

import os

GATE = "GatedRepoError"
NOT_TAKEN = {401, 403}  # statuses of a token
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")  # as huggingface_hub reads them
YES = {"1", "ON", "YES", "TRUE"}


def refusal(error: BaseException, source: str) -> str:
    """Why the hub does not give a model to this person; empty where it does not say so.

    Errors are told by their names, for two versions of a client raise them here.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    page = f"{_endpoint()}/{source}" if source else "its page on the hub"
    if GATE in names:
        return (
            f"{source or 'the model'} is gated: accept its licence on {page}, set HF_TOKEN to a"
            " token of that account, and start the product again"
        )
    if "RepositoryNotFoundError" in names:
        return (
            f"the hub has no model {source or 'of that id'}, or does not show it: is the id right?"
            " A private one needs HF_TOKEN, a token of an account that may read it"
        )
    if "RevisionNotFoundError" in names:
        return f"{source or 'the model'} has no such revision: see {page} for those that it has"
    if "DisabledRepoError" in names:
        return f"the hub has disabled {source or 'the model'}: take another one"
    status = getattr(getattr(error, "response", None), "status_code", 0)
    if "HfHubHTTPError" in names and status in NOT_TAKEN:
        return "the hub does not take HF_TOKEN: set a valid one, and start the product again"
    return ""


def is_offline() -> bool:
    """Whether whoever started the product has forbidden downloads."""
    return any(os.environ.get(name, "").upper() in YES for name in OFFLINE)


def _endpoint() -> str:
    from huggingface_hub import constants  # a third of a second, which few need

    return constants.ENDPOINT
