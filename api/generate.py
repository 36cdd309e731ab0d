"""Makes of an API model what the build needs.

    generate.py --output DIR MODEL…      DIR/<prefix>.h, DIR/<prefix>.c, DIR/<prefix>_operations.h
    generate.py --botocore DIR MODEL…    DIR/<service>/<version>/service-2.json and what belongs to it
    generate.py --client DIR MODEL…      DIR/<service>.h, the public header of libchancery, and DIR/<prefix>_client.c

The last MODEL has the service; those before it declare traits that it uses. Python's own library is enough."""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import smithy  # noqa: E402
import to_botocore  # noqa: E402
import to_c  # noqa: E402
import to_client  # noqa: E402


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_c(model, source, output):
    emitter = to_c.Emitter(model, source)
    write(f"{output}/{emitter.prefix}.h", emitter.header())
    write(f"{output}/{emitter.prefix}.c", emitter.tables())
    write(f"{output}/{emitter.prefix}_operations.h", emitter.list_of_operations())


def write_botocore(model, output):
    for name, content in to_botocore.files(model).items():
        write(f"{output}/{to_botocore.folder(model)}/{name}", json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def write_client(model, source, output):
    emitter = to_client.Emitter(model, source)
    write(f"{output}/{emitter.file}.h", emitter.header())
    write(f"{output}/{emitter.inner}_client.c", emitter.code())


def main():
    arguments = argparse.ArgumentParser(description="Makes C or botocore's format of a Smithy model.")
    arguments.add_argument("--output", metavar="DIR", help="write the C files there")
    arguments.add_argument("--botocore", metavar="DIR", help="write botocore's files there")
    arguments.add_argument("--client", metavar="DIR", help="write the client library's files there")
    arguments.add_argument("--stamp", metavar="FILE", help="write an empty file when all is done")
    arguments.add_argument("models", nargs="+", metavar="MODEL")
    chosen = arguments.parse_args()
    try:
        model = smithy.model_read(chosen.models)
    except smithy.Refusal as refusal:
        raise SystemExit(str(refusal)) from None
    if chosen.output:
        write_c(model, os.path.basename(chosen.models[-1]), chosen.output)
    if chosen.botocore:
        write_botocore(model, chosen.botocore)
    if chosen.client:
        write_client(model, os.path.basename(chosen.models[-1]), chosen.client)
    if chosen.stamp:
        write(chosen.stamp, "")


main()
