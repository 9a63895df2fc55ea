"""Verifies tokens with joserfc by the keys of DID documents.

Reads a JSON list of {"token", "document", "use", "claims"} from standard input, and writes a list of the same length: null for a
token that verifies, else why it does not. The key is the one that "kid" names, if the document lists it for that use.
"""

import json
import sys

from joserfc import jwt
from joserfc.jwk import JWKRegistry

ALGORITHMS = ["ES256", "ES384", "PS256", "EdDSA"]


def key_of(token, document, use):
    def find(guest):
        kid = guest.headers().get("kid")
        if kid not in document[use]:
            raise ValueError(f"no key {kid} for {use}")
        [method] = [each for each in document["verificationMethod"] if each["id"] == kid]
        return JWKRegistry.import_key(method["publicKeyJwk"])

    return find


def verify(token, document, use, claims):
    decoded = jwt.decode(token, key_of(token, document, use), algorithms=ALGORITHMS)
    wanted = {name: {"essential": True, "value": value} for name, value in claims.items()}
    # Checks exp, nbf and iat as well, without any leeway.
    jwt.JWTClaimsRegistry(**wanted).validate(decoded.claims)


def verdict(order):
    try:
        verify(**order)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


json.dump([verdict(order) for order in json.load(sys.stdin)], sys.stdout)
