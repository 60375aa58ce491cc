"""An OpenID Connect provider that runs in a test: discovery, authorize, token, keys, userinfo."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

CLIENT, SECRET = "skill-moe", "between the two"


def new_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class SmallProvider(ThreadingHTTPServer):
    """Whoever comes is `person`, at once, unless it `denies`; signs with `signs`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.key = self.signs = new_key()
        self.person: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}  # of the token, otherwise than they are
        self.denies = False
        self.codes: dict[str, dict[str, str]] = {}

    def pages(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "authorization_endpoint": self.address + "/authorize",
                "token_endpoint": self.address + "/token",
                "userinfo_endpoint": self.address + "/userinfo",
                "jwks_uri": self.address + "/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/keys": {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]},
            "/userinfo": self.person,
        }

    def authorized(self, asked: dict[str, str]) -> str:
        """Where the browser is led back to."""
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split() and asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        answer = {"error": "access_denied"} if self.denies else {"code": code}
        return asked["redirect_uri"] + "?" + urlencode(answer | {"state": asked["state"]})

    def token(self, given: dict[str, str]) -> dict[str, Any]:
        """For a code, once, to the program that it was given to."""
        asked = self.codes.pop(given["code"])
        verified = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verified).decode().rstrip("=")
        assert (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
        assert given["redirect_uri"] == asked["redirect_uri"]
        assert challenge == asked["code_challenge"]
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": self.person["sub"], "iat": now,
                  "exp": now + 60} | self.claims  # fmt: skip
        signed = jwt.encode(claims, self.signs, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "opens userinfo", "token_type": "Bearer", "id_token": signed}


class Answers(BaseHTTPRequestHandler):
    server: SmallProvider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorized(_flat(address.query)))
            self.end_headers()
        else:
            self._answer(self.server.pages()[address.path])

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer(self.server.token(_flat(self.rfile.read(length).decode())))

    def _answer(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def serving() -> Iterator[SmallProvider]:
    server = SmallProvider()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
