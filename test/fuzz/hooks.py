"""Lets requests meet what is there, so that more comes of them than 404 and 400.

KONTOR_FUZZ_IDS names a JSON file: lists of ids by what paths begin with; they are put into requests for one thing. Where answers lead on to other
operations by the links of the document, most lists are asked for without conditions and most things made by their example, so that there is
something to go on with. What is made to be refused stays as it is, and so does every fourth request: what is not there must be met, too.
"""

import json
import os

import schemathesis
from schemathesis.generation import GenerationMode

with open(os.environ["KONTOR_FUZZ_IDS"], encoding="utf-8") as file:
    IDS = json.load(file)

turns = {}


def pool_for(path):
    for beginning, ids in IDS.items():
        if path.startswith(beginning) and ids:
            return ids
    return []


def is_meant_well(case):
    components = case.meta.components.values()
    return all(component.mode == GenerationMode.POSITIVE for component in components)


def is_linked(case):
    return case.meta.phase.name.value == "stateful"


def example_of(operation):
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def begin_well(case):
    """A request from which links start: it should find or make something."""
    if case.method == "GET":
        case.query = {}
        return
    example = example_of(case.operation)
    if isinstance(example, dict):
        # Without a name of its own it gets a new one, and filters find what they were made for.
        case.body = {name: value for name, value in example.items() if name not in ("@id", "filterExpression")}


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not is_meant_well(case):
        return
    path = case.operation.path
    turn = turns[path] = turns.get(path, -1) + 1
    if turn % 4 == 3:
        return
    has_id = "id" in (case.path_parameters or {})
    if is_linked(case):
        if not has_id:
            begin_well(case)
    elif has_id and pool_for(path):
        pool = pool_for(path)
        case.path_parameters["id"] = pool[turn % len(pool)]
