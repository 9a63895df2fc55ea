"""Looks at Gaia-X credentials with libraries that the connector does not use.

Reads {"tokens": [{"name", "jwt", "document"}], "context_sets": {name: {iri: document}}, "shapes": {name: [shapes, classes]},
"judge": [names], "parties": [documents], "spoil": [properties]} from standard input, and writes for each token whether it verifies
(joserfc), the digest of its payload (rfc8785), and its subjects as canonical N-Quads under each set of contexts (PyLD); and for each set of
shapes what pyshacl has to say of all subjects in one graph, together with what is said of the parties of agreements: as they are, with one
property taken away, and with nothing said of the parties.
"""

import hashlib
import json
import sys

import rdflib
import rfc8785
from joserfc import jws
from joserfc.jwk import JWKRegistry
from pyld import jsonld
from pyshacl import validate

ALGORITHMS = ["ES256", "PS256"]
# The header has iss, as Gaia-X wants it, which RFC 7515 does not name.
REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
GX = "https://w3id.org/gaia-x/development#"


def key_of(document, kid):
    if kid not in document["assertionMethod"]:
        raise ValueError(f"{kid} asserts nothing")
    [method] = [each for each in document["verificationMethod"] if each["id"] == kid]
    return JWKRegistry.import_key(method["publicKeyJwk"])


def opened(jwt, document):
    kid = jws.extract_compact(jwt.encode()).headers()["kid"]
    verified = jws.deserialize_compact(jwt, key_of(document, kid), registry=REGISTRY)
    return verified.headers(), json.loads(verified.payload)


def subjects_of(payload):
    subjects = payload.get("credentialSubject", [])
    return subjects if isinstance(subjects, list) else [subjects]


def canonical(payload, contexts):
    def load(url, options=None):
        return {"contextUrl": None, "documentUrl": url, "document": contexts[url]}

    document = {"@context": payload["@context"], "@graph": subjects_of(payload)}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return jsonld.normalize(document, options)


def look(token, context_sets):
    try:
        header, payload = opened(token["jwt"], token["document"])
    except Exception as error:
        return {"name": token["name"], "error": f"{type(error).__name__}: {error}"}
    return {
        "name": token["name"],
        "header": header,
        "digest": hashlib.sha256(rfc8785.dumps(payload)).hexdigest(),
        "quads": {name: canonical(payload, contexts) for name, contexts in context_sets.items()},
    }


def class_tree(file):
    """What is a kind of what: pyshacl looks for it in the data."""
    tree = rdflib.Graph()
    if file:
        for triple in rdflib.Graph().parse(file).triples((None, rdflib.RDFS.subClassOf, None)):
            tree.add(triple)
    return tree


def graph_of(all_quads):
    graph = rdflib.Graph()
    for index, each in enumerate(all_quads):
        quads = each.replace("_:c14n", f"_:c{index}n")
        graph.parse(data=quads, format="nt")
    return graph


def judged(graph, shapes, classes):
    conforms, _, text = validate(graph + classes, shacl_graph=shapes, inference="none", advanced=False)
    return None if conforms else text[:4000]


def main():
    order = json.load(sys.stdin)
    looked = [look(token, order["context_sets"]) for token in order["tokens"]]
    good = [each for each in looked if "error" not in each and each["header"]["typ"] == "vc+jwt" and each["name"] in order["judge"]]
    alone = [each["quads"]["ours"] for each in good]
    everything = alone + [canonical(each, order["context_sets"]["ours"]) for each in order["parties"]]
    verdicts = {}
    for name, (shapes_file, classes_file) in order["shapes"].items():
        shapes = rdflib.Graph().parse(shapes_file)
        classes = class_tree(classes_file)
        verdicts[name] = {
            "as it is": judged(graph_of(everything), shapes, classes),
            "the parties": judged(graph_of(alone), shapes, classes),
        }
        for spoiled in order["spoil"]:
            bad = graph_of(everything)
            bad.remove((None, rdflib.URIRef(spoiled), None))
            verdicts[name][spoiled] = judged(bad, shapes, classes)
    json.dump({"tokens": looked, "verdicts": verdicts}, sys.stdout)


main()
