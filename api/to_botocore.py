"""A model in botocore's own format, so that AWS_DATA_PATH teaches an older AWS CLI or boto3 every operation."""

COMPARATORS = {
    "stringEquals": "path",
    "allStringEquals": "pathAll",
    "anyStringEquals": "pathAny",
}


def files(model):
    """{file name: object}, below <service>/<version>/."""
    return {
        "service-2.json": service(model),
        "paginators-1.json": {"pagination": paginators(model)},
        "waiters-2.json": {"version": 2, "waiters": waiters(model)},
        "examples-1.json": {"version": "1.0", "examples": {}},
    }


def folder(model):
    return f"{model.service.traits['service']['endpointPrefix']}/{model.service.properties['version']}"


def service(model):
    traits, version = model.service.traits, model.service.properties["version"]
    prefix = traits["service"]["endpointPrefix"]
    shapes = sorted(model.shapes, key=lambda shape: shape.name)
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": version,
            "auth": ["aws.auth#sigv4"],
            "endpointPrefix": prefix,
            "jsonVersion": "1.1",
            "protocol": "json",
            "protocols": ["json"],
            "serviceAbbreviation": traits["service"]["sdkId"],
            "serviceFullName": traits["title"],
            "serviceId": traits["service"]["sdkId"],
            "signatureVersion": "v4",
            "signingName": traits["sigv4"]["name"],
            "targetPrefix": model.service.name,
            "uid": f"{prefix}-{version}",
        },
        "operations": {operation.name: described(operation_of(operation), operation) for operation in model.operations},
        "shapes": {shape.name: described(shape_of(shape), shape) for shape in shapes},
        "documentation": model.service.doc,
    }


def described(entry, item):
    if "documentation" in item.traits:
        entry["documentation"] = f"<p>{item.traits['documentation']}</p>"
    return entry


def operation_of(operation):
    entry = {"name": operation.name, "http": {"method": "POST", "requestUri": "/"}}
    for key in ("input", "output"):
        if operation.properties[key] is not None:
            entry[key] = {"shape": operation.properties[key].name}
    entry["errors"] = [{"shape": error.name} for error in operation.properties["errors"]]
    return entry


def shape_of(shape):
    entry = {"type": {"enum": "string", "union": "structure"}.get(shape.kind, shape.kind)}
    if shape.kind in ("structure", "union"):
        required = [member.name for member in shape.members if "required" in member.traits]
        if required:
            entry["required"] = required
        entry["members"] = {m.name: described({"shape": m.shape.name}, m) for m in shape.members}
    if shape.kind == "union":
        entry["union"] = True
    if shape.kind == "list":
        entry["member"] = {"shape": shape.members[0].shape.name}
    if shape.kind == "enum":
        entry["enum"] = [value.value for value in shape.members]
    if shape.kind in ("integer", "long", "boolean"):
        entry["box"] = True
    entry.update(shape.trait("length") or shape.trait("range") or {})
    if "pattern" in shape.traits:
        entry["pattern"] = shape.traits["pattern"][1:-1]
    if "sensitive" in shape.traits:
        entry["sensitive"] = True
    if "error" in shape.traits:
        entry["exception"] = True
    return entry


def paginators(model):
    return {
        operation.name: {
            "input_token": pages["inputToken"],
            "output_token": pages["outputToken"],
            "limit_key": pages["pageSize"],
            "result_key": pages["items"],
        }
        for operation in model.operations
        if (pages := operation.trait("paginated"))
    }


def waiters(model):
    return {
        name: {
            "description": waiter["documentation"],
            "delay": waiter["minDelay"],
            "maxAttempts": operation.traits["waiterAttempts"],
            "operation": operation.name,
            "acceptors": [acceptor(entry) for entry in waiter["acceptors"]],
        }
        for operation in model.operations
        for name, waiter in operation.trait("waitable", {}).items()
    }


def acceptor(entry):
    matcher = entry["matcher"]
    if "errorType" in matcher:
        return {"matcher": "error", "state": entry["state"], "expected": matcher["errorType"]}
    if "success" in matcher:  # newer models say `error: false`, which botocore 1.29 and older do not know
        return {"matcher": "status", "state": entry["state"], "expected": 200}
    output = matcher["output"]
    return {
        "matcher": COMPARATORS[output["comparator"]],
        "argument": output["path"],
        "state": entry["state"],
        "expected": output["expected"],
    }
