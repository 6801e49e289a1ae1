"""Makes a client of the API's description and calls every operation by it, against the live server.

  openapi_check.py BASE AUTHORITY TOKEN_FILE FOLDER

Each operation is called as described, by the generated function; without a token; and once for each of its
parameters with a value that its schema does not allow. Each answer must have a status, a content type and a body
that the description has for it. Prints one line for what differs and exits with 1; else says how much was tried.
"""

import importlib
import json
import os
import re
import ssl
import subprocess
import sys
import warnings

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

# What a schema alone cannot tell: values that mean something to the agent. By operation, else by parameter.
VALUES = {
    "section": "conntrack",
    "key": "streams_max",
    "namespace": 0,
    "name": "described",
    "address": "127.0.0.1",
    "protocol": "tcp",
    "port": 443,
    "nat": False,
    "source": "127.0.0.1",
    "source_port": 40000,
    "destination": "127.0.0.1",
    "destination_port": 443,
    "cpu": "80%",
    "memory": "50%",
    "object": "default/described",
    "scope": "read",
    "life": "1h",
    "overlap": "5s",
    "last_seconds": 60,
    "suite": "configuration",
    "since_s": 3600,
    "for_s": 60,
}
OF_OPERATION = {
    ("getAutoscalingNamespaceName", "namespace"): "default",
    ("getAutoscalingNamespaceNameExplain", "namespace"): "default",
}
# Parameters by which an answer is a text.
TEXT = {("getStartup", "view")}
BODIES = {"postConfigSettingsSectionKey": "7"}

# What another one needs comes first.
FIRST = ["postTokens", "postConfigSettingsSectionKey"]
LAST = ["postConfigSettingsSectionKeyUnset", "postTokensNameRotate", "postTokensNameRevoke"]

differences = []
answers = 0


def differs(operation, what):
    differences.append(f"{operation['operationId']}: {what}")


def operations(document):
    all_of_them = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            all_of_them.append((method, path, operation))
    order = {word: -1 for word in FIRST} | {word: 1 + i for i, word in enumerate(LAST)}
    return sorted(all_of_them, key=lambda one: order.get(one[2]["operationId"], 0))


def value(operation, parameter):
    named = (operation["operationId"], parameter["name"])
    if named in OF_OPERATION:
        return OF_OPERATION[named]
    schema = parameter["schema"]
    if "enum" in schema:
        return schema["enum"][0]
    if parameter["name"] in VALUES:
        return VALUES[parameter["name"]]
    if schema.get("type") == "integer":
        return schema.get("minimum", 1)
    if schema.get("type") == "boolean":
        return True
    return "x"


def nonsense(schema):
    """A text that the schema does not allow; None where it allows all."""
    if schema.get("type") in ("integer", "boolean"):
        return "nonsense"
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    return next((text for text in ("no such value!", "a/b/c", "\u2603") if not judge.is_valid(text)), None)


def resolved(document, node):
    while isinstance(node, dict) and "$ref" in node:
        found = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def check(document, operation, status, kind, body, why):
    """Holds one answer against the description."""
    global answers
    answers += 1
    described = operation["responses"].get(str(status)) or operation["responses"].get("default")
    described = resolved(document, described)
    if str(status) not in operation["responses"] and status < 400:
        differs(operation, f"{why}: answers {status}, which is not described")
        return
    kind = kind.split(";")[0].strip()
    content = described.get("content", {})
    if status == 304 or (status == 204 and not content):
        return
    if kind not in content:
        differs(operation, f"{why}: {status} has the content type {kind!r}, described are {sorted(content)}")
        return
    if not kind.endswith("json"):
        return
    try:
        tree = json.loads(body)
    except ValueError as e:
        differs(operation, f"{why}: {status} is no JSON: {e}")
        return
    # The components belong to it: schemas may point there.
    schema = {"components": document.get("components", {}), **content[kind]["schema"]}
    for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(tree):
        differs(operation, f"{why}: {status} at {error.json_path}: {error.message[:200]}")


def call_by_client(document, package, client, raw, method, path, operation):
    """As whoever uses the generated client would."""
    words = {p["name"]: value(operation, p) for p in operation["parameters"]}
    kinds = [kind for answer in operation["responses"].values() for kind in answer.get("content", {})]
    if "text/event-stream" in kinds:
        stream(document, raw, path, operation)
        return
    by_kind(document, raw, method, path, operation)
    takes = list(operation.get("requestBody", {}).get("content", {"application/json": {}}))
    if takes != ["application/json"]:
        body = BODIES[operation["operationId"]]
        answer = raw.request(method, url(path, operation), content=body, headers={"Content-Type": takes[0]})
        got = answer.headers.get("content-type", "")
        check(document, operation, answer.status_code, got, answer.content, f"given {takes[0]}")
    if "application/json" not in kinds or takes != ["application/json"]:
        return  # the generator reads and writes JSON alone
    word = re.sub(r"(?<!^)(?=[A-Z])", "_", operation["operationId"]).lower()
    function = importlib.import_module(f"{package}.api.default.{word}").sync_detailed
    words = {name: one for name, one in words.items() if (operation["operationId"], name) not in TEXT}
    if "requestBody" in operation:
        words["body"] = BODIES[operation["operationId"]]
    names = {name: (f"{name}_" if name in ("from", "of", "max", "min", "id", "type", "object", "set") else name) for name in words}
    accepted = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    given = {}
    for name, one in words.items():
        for candidate in (name, names[name]):
            if candidate in accepted:
                given[candidate] = typed(function, candidate, one)
                break
        else:
            differs(operation, f"the generated function has no argument {name}")
    answer = function(client=client, **given)
    status = int(answer.status_code)
    kind = answer.headers.get("content-type", "")
    check(document, operation, status, kind, answer.content, "as described")
    if status < 400 and "json" in kind and answer.parsed is None:
        differs(operation, f"as described: the client could not read the answer {status}")


def typed(function, argument, plain):
    """Enumerations of the description are classes of the client."""
    for kind in getattr(function.__annotations__.get(argument), "__args__", ()):
        if isinstance(kind, type) and hasattr(kind, "__members__"):
            return kind(plain)
    return plain


def by_kind(document, raw, method, path, operation):
    """Whoever asks for one of the described content types gets it."""
    described = [kind for status, answer in operation["responses"].items() if status < "3" for kind in answer["content"]]
    if method != "get" and described == ["application/json"]:
        return  # done once, and not here
    asked = {p["name"]: value(operation, p) for p in operation["parameters"] if p["in"] == "query"}
    for kind in described:
        if method != "get" and kind != described[-1]:
            continue
        if kind == "application/json":
            query = {name: one for name, one in asked.items() if (operation["operationId"], name) not in TEXT}
        elif kind == "image/svg+xml":
            query = {"view": "plot"}
        else:
            query = asked
        answer = raw.request(method, url(path, operation), params=query, headers={"Accept": kind})
        got = answer.headers.get("content-type", "")
        check(document, operation, answer.status_code, got, answer.content, f"asked for {kind}")
        if answer.status_code < 400 and got.split(";")[0] != kind:
            differs(operation, f"asked for {kind}: answers {got}")


def stream(document, raw, path, operation):
    """An endless answer: its beginning."""
    with raw.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=20) as answer:
        kind = answer.headers.get("content-type", "")
        body = b"" if answer.status_code == 200 else answer.read()
        check(document, operation, answer.status_code, kind, body, "as a stream")


def url(path, operation):
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value(operation, parameter)))
    return path


def call_wrongly(document, raw, nobody, method, path, operation):
    """What must not work: nothing of it may change anything."""
    if operation["security"]:
        answer = nobody.request(method, url(path, operation))
        check(document, operation, answer.status_code, answer.headers.get("content-type", ""), answer.content, "without a token")
        if answer.status_code != 401:
            differs(operation, f"without a token: answers {answer.status_code}")
    for parameter in operation["parameters"]:
        wrong = nonsense(parameter["schema"]) if parameter["in"] == "query" else None
        if wrong is None:
            continue
        others = {
            p["name"]: value(operation, p)
            for p in operation["parameters"]
            if p["in"] == "query" and p.get("required") and p is not parameter
        }
        answer = raw.request(method, url(path, operation), params={**others, parameter["name"]: wrong})
        why = f"with {parameter['name']}={wrong}"
        check(document, operation, answer.status_code, answer.headers.get("content-type", ""), answer.content, why)
        if not 400 <= answer.status_code < 500 and answer.status_code != 503:
            differs(operation, f"{why}: answers {answer.status_code}")


def main():
    base, authority, token_file, folder = sys.argv[1:]
    token = open(token_file, encoding="ascii").read().strip()
    context = ssl.create_default_context(cafile=authority)
    warnings.simplefilter("ignore")
    raw = httpx.Client(base_url=base, verify=context, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    nobody = httpx.Client(base_url=base, verify=context, timeout=60)
    document = raw.get("/api/v1/openapi.json").json()
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        differences.append(f"the description itself: {error.message}")
    with open(os.path.join(folder, "openapi.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)
    made = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "openapi-python-client"), "generate", "--meta", "none"]
        + ["--path", os.path.join(folder, "openapi.json"), "--output-path", os.path.join(folder, "described")],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        sys.exit(f"no client can be made of the description:\n{made.stdout}{made.stderr}")
    sys.path.insert(0, folder)
    package = importlib.import_module("described")
    client = package.AuthenticatedClient(base_url=base, token=token, verify_ssl=context, timeout=httpx.Timeout(60))
    tried = operations(document)
    for method, path, operation in tried:
        call_wrongly(document, raw, nobody, method, path, operation)
    for method, path, operation in tried:
        try:
            call_by_client(document, "described", client, raw, method, path, operation)
        except Exception as e:  # one operation that fails must not hide the others
            differs(operation, f"the client failed: {type(e).__name__}: {str(e)[:300]}")
    for line in differences:
        print(line)
    print(f"{len(tried)} operations, {answers} answers, {len(differences)} differences")
    sys.exit(1 if differences else 0)


main()
