"""Checks evidence of an agreement with libraries that the connector does not use.

Reads {"bundles": [{"bundle", "documents"}], "contexts": {iri: document}} from standard input, and writes for each bundle a list of what is
wrong with it: the signature over the statement and its digest (joserfc, rfc8785), each chain of hashes (hashlib), the hash of the policy as
a graph (PyLD), and the signature on each credential, by the keys in the DID documents of the parties.
"""

import hashlib
import json
import sys

import rfc8785
from joserfc import jws
from joserfc.jwk import JWKRegistry
from pyld import jsonld

REGISTRY = jws.JWSRegistry(algorithms=["ES256", "ES384", "PS256", "EdDSA"], strict_check_header=False)
ODRL = "http://www.w3.org/ns/odrl/2/"
# Names that are no IRIs, such as that of a dataset, stay apart from all that are.
BASE = "relative:"
HOUSE = [
    "http://www.w3.org/ns/odrl.jsonld",
    {"@vocab": ODRL, "timestamp": "https://w3id.org/dspace/2025/1/timestamp"},
]


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def demand(holds, what):
    if not holds:
        raise ValueError(what)


def opened(token, key):
    verified = jws.deserialize_compact(token, key, registry=REGISTRY)
    return verified.headers(), json.loads(verified.payload)


def signature(bundle, _):
    key = bundle["signature"]["key"]
    header, claims = opened(bundle["signature"]["jws"], JWKRegistry.import_key(key))
    demand(header["kid"] == key["kid"], "the key has another name")
    demand(claims["digest"] == sha256(rfc8785.dumps(bundle["statement"])), "the statement has another digest")
    demand(claims["iss"] == bundle["statement"]["participant"], "somebody else has signed")
    demand(claims["sub"] == bundle["statement"]["agreement"]["@id"], "it is of another agreement")


def chains(bundle, _):
    statement = bundle["statement"]
    for process in [statement["negotiation"], *statement["transfers"]]:
        before = ""
        for number, entry in enumerate(process["journal"], 1):
            demand(entry["seq"] == number, f"entry {number} is missing")
            names = ["seq", "at", "actor", "event", "message", "state", "digest", "detail"]
            linked = [before, *[entry.get(name) for name in names]]
            before = sha256(json.dumps(linked, separators=(",", ":"), ensure_ascii=False, sort_keys=True))
            demand(before == entry["hash"], f"entry {number} has another hash")
        demand(before == process["journalHash"], "the end of the chain is missing")
        demand(len(process["journal"]) == process["journalSeq"], "the chain has another length")


def policy(bundle, contexts):
    def load(url, options=None):
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    document = {"@context": HOUSE, **bundle["statement"]["agreement"]}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load, "base": BASE}
    demand(sha256(jsonld.normalize(document, options)) == bundle["statement"]["policyHash"], "the policy has another hash")


def credentials(bundle, _, documents):
    parties = {bundle["statement"]["participant"], bundle["statement"]["counterparty"]}
    signers = set()
    for token in bundle["statement"]["credentials"]:
        kid = jws.extract_compact(token.encode()).headers()["kid"]
        document = documents[kid.split("#")[0]]
        demand(kid in document["assertionMethod"], f"{kid} asserts nothing")
        [method] = [each for each in document["verificationMethod"] if each["id"] == kid]
        _, payload = opened(token, JWKRegistry.import_key(method["publicKeyJwk"]))
        signers.add(payload["issuer"] if isinstance(payload["issuer"], str) else payload["issuer"]["id"])
    demand(not documents or signers == parties, f"signed by {sorted(signers)} and not by both parties")


def faults(order, contexts):
    found = []
    checks = [signature, chains, policy, lambda *given: credentials(*given, order["documents"])]
    for name, check in zip(["signature", "chains", "policy", "credentials"], checks):
        try:
            check(order["bundle"], contexts)
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
    return found


order = json.load(sys.stdin)
json.dump([faults(each, order["contexts"]) for each in order["bundles"]], sys.stdout)
