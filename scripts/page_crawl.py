"""What a signed-in person is shown: the addresses that pages name, and the answers as text."""

import gzip
import hashlib
import http.client
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from itertools import pairwise
from urllib.parse import urlencode, urljoin, urlsplit

API = "/api/v1"
LINKS = {"href", "src", "hx-get", "data-figure", "data-live"}
# What no page names: errors, nonsense, and what scripts ask for.
EXTRA = [
    "/healthz", "/gpu", "/sign-in?next=/runs/", "/nothing", "/experts/999999", "/pools/999999",
    "/profiles/999999", "/profiles/1/cell?expert=x&skill=%00", "/profiles/1/changes?since=nonsense",
    "/runs/999999", "/runs/?kind=nonsense&set=x&after=-1", "/runs/1/questions/9999999",
    "/runs/1/questions?verdict=nonsense&after=x", "/runs/1/questions?words=%22%20OR%20-",
    "/runs/1/events?after=nonsense", "/runs/1/cancel", "/runs/history.json",
    "/runs/history.json?set=nonsense", "/runs/compare", "/runs/compare?run=1",
    "/runs/compare?run=a&run=999999", "/runs/new?like=999999", "/runs/new?preset=nonsense",
    "/runs/previews/999999", "/question-sets/999999", "/question-sets/1?words=nonsense",
    "/question-sets/uploads/999999", f"{API}/docs", f"{API}/openapi.json", f"{API}/nothing",
    f"{API}/runs?limit=0", f"{API}/runs?cursor=nonsense", f"{API}/runs/nonsense",
]  # fmt: skip
# Forms that are wrong, so that they change nothing; # stands for numbers that the crawl has seen.
WRONG: list[tuple[str, dict[str, str]]] = [
    ("/sign-in", {"username": "nobody", "password": "wrong"}),
    ("/runs/new", {}),
    ("/runs/new", {"act": "save", "pool": "x", "k": "0", "left_out": "x"}),
    ("/question-sets/new", {}),
    ("/question-sets/uploads/#/read", {}),
    ("/question-sets/uploads/#/answer", {}),
    ("/question-sets/uploads/#/use-saved", {}),
    ("/question-sets/uploads/#/store", {}),
    ("/recorded-responses/new", {}),
    ("/experts/new", {}),
    ("/experts/#", {}),
    ("/experts/#/edit", {}),
    ("/pools/new", {}),
    ("/pools/#/edit", {}),
    ("/pools/#/profile", {}),
    ("/runs/#/questions/#/review", {}),
    ("/runs/#/questions/#/comments", {}),
]


@dataclass(frozen=True)
class Answer:
    status: int
    type: str
    location: str
    body: bytes

    @property
    def is_document(self) -> bool:
        """Whether it is a whole page, not a part of one."""
        return self.type.startswith("text/html") and b"<!doctype html" in self.body[:200].lower()


@dataclass
class Visitor:
    """One person, on one connection; redirects are seen, not followed."""

    url: str
    token: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)

    def sign_in(self, user: str, password: str) -> None:
        self.ask("/sign-in")
        self.ask("/sign-in", {"username": user, "password": password})
        if "sessionid" not in self.cookies:
            raise SystemExit(f"{user} cannot sign in with this password.")

    def ask(self, address: str, form: dict[str, str] | None = None) -> Answer:
        """GET, or with a form POST."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if address.startswith(API):
            headers["Authorization"] = f"Bearer {self.token}"
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request("GET" if body is None else "POST", address, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.getheader("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        type_, location = (response.getheader(name, "") for name in ("Content-Type", "Location"))
        return Answer(response.status, type_, location, content)

    def comparable(self, answer: Answer) -> str:
        """An answer as lines, without what differs each time: where it runs, and CSRF tokens."""
        first = f"{answer.status} {answer.type} {answer.location}".strip()
        try:
            text = answer.body.decode()
        except UnicodeDecodeError:  # pictures, fonts
            return f"{first}\nsha256 {hashlib.sha256(answer.body).hexdigest()}\n"
        if "json" in answer.type and text.count("\n") < 2:  # one document; JSONL has its lines
            found = json.loads(text, parse_float=lambda number: round(float(number), 9))
            text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
        elif "html" in answer.type:
            text = re.sub(r"\s+", " ", text)
            text = re.sub(r" ?(<[^>]+?) ?> ?", r"\1>", text)  # where it is seen, pictures tell
            text = text.replace("><", ">\n<").replace("&#x27;", "'")
        text = re.sub(r'(csrfmiddlewaretoken" value|csrf-token)="\w+"', r'\1="…"', text)
        return f"{first}\n{text}\n".replace(urlsplit(self.url).netloc, "HOST")


class Links(HTMLParser):
    """The addresses that a page names: links, parts that scripts ask for, choices of filters."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._page, self._form, self._name = page, "", ""
        self._ticks: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in LINKS & given.keys():
            self._add(given[name])
        if "data-pane" in given:  # opened beside the table
            self._add(given["href"] + ("&" if "?" in given["href"] else "?") + "pane=1")
        if "data-live" in given:
            self._add(given["data-live"].removesuffix("live") + "events")
        match tag:
            case "form" if given.get("method", "get").lower() == "get":
                self._form = given.get("action") or urlsplit(self._page).path
                self._add(self._form)
            case "select":
                self._name = given.get("name", "")
            case "option" if self._form and self._name and given.get("value"):
                self._add(f"{self._form}?{urlencode({self._name: given['value']})}")
            case "input" if self._form and given.get("type") == "checkbox":
                self._ticks.append(urlencode({given["name"]: given.get("value", "on")}))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            for one, other in pairwise(self._ticks):
                self._add(f"{self._form}?{one}&{other}")
            self._form, self._ticks = "", []

    def _add(self, address: str) -> None:
        whole = urlsplit(urljoin(self._page, address))
        if not whole.netloc and not whole.scheme and whole.path.startswith("/"):
            self.found.append(whole.path + (f"?{whole.query}" if whole.query else ""))


def shape(address: str) -> str:
    """The same for addresses that show another one of the same things. Filters can be combined in
    hundreds of ways: of more than two only the number counts."""
    path, _, query = address.partition("?")
    names = [one.partition("=")[0] for one in query.split("&") if one]
    return f"{re.sub(r'[0-9]+', '#', path)}?{names if len(names) <= 2 else len(names)}"


def crawl(visitor: Visitor, most: int) -> dict[str, Answer]:
    """Address → answer. Step by step away from the first page; of the addresses of one shape that
    a step finds, those are taken whose digest is smallest, so that chance chooses, always alike."""
    answers: dict[str, Answer] = {}
    taken: Counter[str] = Counter()
    found = {"/", *EXTRA, *_operations(visitor)}
    while found:
        step = []
        for address in sorted(found, key=_digest):
            if taken[shape(address)] < most or address in EXTRA:
                taken[shape(address)] += 1
                step.append(address)
        for address in step:
            answers[address] = visitor.ask(address)
        found = {link for a in step for link in links_of(a, answers[a])} - answers.keys()
    return answers


def links_of(address: str, answer: Answer) -> Iterable[str]:
    if answer.location:
        return Links(address, f'<a href="{answer.location}">').found
    if not answer.type.startswith("text/html"):
        return []
    return Links(address, answer.body.decode()).found


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _operations(visitor: Visitor) -> Iterator[str]:
    """What the API lets programs read: lists, the first of it alone, and each thing on them."""
    described = json.loads(visitor.ask(f"{API}/openapi.json").body)
    for path, operations in described["paths"].items():
        if "get" not in operations:
            continue
        collection, brace, rest = path.partition("{")
        if not brace:
            yield from (path, f"{path}?limit=2")
            continue
        listed = json.loads(visitor.ask(f"{collection.rstrip('/')}?limit=500").body)
        for item in listed["items"]:
            yield f"{collection}{item['id']}{rest.partition('}')[2]}"


def wrong_forms(visitor: Visitor, addresses: Iterable[str]) -> dict[str, Answer]:
    """What wrong forms are answered with; each on three pages, where it is one of many pages'."""
    answers = {}
    for place, (pattern, form) in enumerate(WRONG):
        page = re.sub(r"/(review|comments|read|store|profile)$", "", pattern)
        there = sorted({a for a in addresses if shape(a) == shape(page)} - {*EXTRA}, key=_digest)
        for found in there[:3] if "#" in pattern else [page]:
            address = found + pattern.removeprefix(page)
            answers[f"{address} (wrong form {place})"] = visitor.ask(address, form)
    return answers
