"""Every page that a page leads to."""

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client

NAMED = re.compile(r' (?:href|hx-get|data-figure|data-live)="([^"#]+)')
MOST, FILTERED = 50, 3  # addresses of one path, as they are and with as many filters
# 204: a preview that is not found yet; 422: what cannot be compared says why.
FINE = {200, 204, 302, 422}


def crawl(
    client: Client, starts: Iterable[str], within: str = "/", most: int = MOST
) -> tuple[list[str], Counter[str]]:
    """What is wrong with the pages that lead on from the first ones, and how many of each path were
    opened as they are: 0 where each had something to find by."""
    wrong, seen, paths = [], Counter[str](), Counter[str]()
    found, asked = [*starts], {*starts}
    while found:
        address = found.pop(0)
        response = client.get(address)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        text = response.text if html else ""
        if response.status_code not in FINE:
            wrong.append(f"{address}: {response.status_code}")
        if text.startswith("<!doctype html>") and not re.search("<h[12]", text):
            wrong.append(f"{address}: no title")
        if text.startswith("<!doctype html>") and " hx-get=" in text and "htmx.min.js" not in text:
            wrong.append(f"{address}: what it would fetch is never fetched")
        paths[path_of(address)] += "?" not in address
        for link in [response.headers.get("Location", ""), *NAMED.findall(text)]:
            whole = urljoin(address, unescape(link).partition("#")[0])
            filters = whole.count("=")
            shape = f"{path_of(whole)} {filters}"
            if whole in asked or not is_page(whole) or not whole.startswith(within):
                continue
            if seen[shape] == (min(FILTERED, most) if filters else most):
                continue
            seen[shape] += 1
            asked.add(whole)
            found.append(whole)
    return wrong, paths


def path_of(address: str) -> str:
    return re.sub(r"\d+", "#", urlsplit(address).path)


def is_page(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("/static/", "/api/", "//"))
