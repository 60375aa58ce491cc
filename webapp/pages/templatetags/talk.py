"""The comments of any page, and whether something waits for its reader."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext

from webapp.comments.models import Thing
from webapp.comments.threads import notices_of, threads, unread_among
from webapp.pages.comments.forms import CommentForm

register = template.Library()


@register.inclusion_tag("comments/_comments.html", takes_context=True)
def comments(context: RequestContext, thing: Thing) -> dict[str, Any]:
    """The threads under a thing, and the form for another one."""
    request: Any = context.request
    return {
        "thing": thing,
        "kind": type(thing).__name__.lower(),
        "threads": threads(thing),
        "unread": unread_among(thing, request.user),
        "comment_form": context.get("comment_form") or CommentForm(),
        "trail": context.get("trail"),  # of an answer, which may be shown beside a table
        "may": context["may"],
        "user": request.user,
        "csrf_token": context["csrf_token"],
    }


@register.simple_tag
def unread(request: HttpRequest) -> int:
    """How many notices somebody has not read."""
    team = getattr(request, "team", None)
    if team is None:
        return 0
    return notices_of(request.user, team).filter(read=None).count()  # type: ignore[arg-type]
