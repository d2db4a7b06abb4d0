"""A small OpenID Connect provider on this machine: a real one, and for some of its users a false one.

    python tests/web/web_provider.py 9400

The provider is oidc-provider-mock, by others, so that the login is not only tested against how its author understood
it. Whom one logs in as decides what is wrong with the token: see SPOILT.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

USERS: dict[str, dict[str, object]] = {
    "leser": {"roles": ["praksis-lesere"], "email": "leser@example.org", "name": "Lea Leser"},
    "bidragsyter": {"roles": ["andre", "praksis-bidrag"], "email": "bidrag@example.org", "name": "Bo Bidrag"},
    "drift": {"roles": "praksis-drift"},
    "uten-rolle": {},
    "annen-rolle": {"roles": ["vaktmester", "*"]},
}
"""Who can log in, and what is said of them."""

Claims = dict[str, Any]
SPOILT: dict[str, Callable[[Claims], Claims]] = {
    "annet-publikum": lambda claims: claims | {"aud": "another-app", "azp": claims["aud"][0]},
    "ukjent-publikum": lambda claims: claims | {"aud": "another-app"},
    "annen-utsteder": lambda claims: claims | {"iss": "https://login.example.org"},
    "utlopt": lambda claims: claims | {"exp": int(time.time()) - 3600},
    "i-gar": lambda claims: claims | {"iat": int(time.time()) - 24 * 3600},
    "i-morgen": lambda claims: claims | {"iat": int(time.time()) + 24 * 3600},
    "annen-nonce": lambda claims: claims | {"nonce": "brukt"},
    "falsk-signatur": lambda claims: claims,
    "usignert": lambda claims: claims,
}
"""Whose tokens are wrong, and how."""


def main(port: int) -> None:
    """Run it."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    import flask
    import oidc_provider_mock
    from joserfc import jwt
    from joserfc.jwk import RSAKey
    from werkzeug.serving import make_server

    people = {name: {"roles": ["praksis-lesere"]} for name in SPOILT} | USERS
    users = [oidc_provider_mock.User(sub=name, claims=dict(claims)) for name, claims in people.items()]
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True, user_claims=users)
    false_key = RSAKey.generate_key(private=True)

    def spoil(answer: flask.Response) -> flask.Response:
        if flask.request.path != "/oauth2/token" or answer.status_code != 200:
            return answer
        own = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
        said = answer.get_json()
        token = jwt.decode(said["id_token"], own)
        name = token.claims["sub"]
        if name in SPOILT:
            header = {**token.header, "alg": "none"} if name == "usignert" else token.header
            key = false_key if name == "falsk-signatur" else own
            algorithms = ["none"] if name == "usignert" else None
            said["id_token"] = jwt.encode(header, SPOILT[name](token.claims), key, algorithms)
            answer.set_data(flask.json.dumps(said))
        return answer

    app.after_request(spoil)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
