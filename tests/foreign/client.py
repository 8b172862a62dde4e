"""A client that knows of dregg only its schema and docs/rpc.md.

It logs in over a node's Unix socket, resolves and calls a service, sees a denial break a chain of calls, and serves.
Usage: client.py SCHEMA SOCKET KEY.json PUBLIC.json DENIED
The opening of the denial is written to the file DENIED as hexadecimal digits.
"""

import asyncio
import json
import sys

import blake3
import capnp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

INVOKE = 1

schema_file, socket, key_file, public_file, denied_file = sys.argv[1:]
schema = capnp.load(schema_file)


class Cell:
    """Whoever has the key file."""

    def __init__(self):
        with open(key_file) as file:
            secret = bytes.fromhex(json.load(file)["ed25519_secret"])
        with open(public_file) as file:
            public = json.load(file)
        self.signing = Ed25519PrivateKey.from_private_bytes(secret)
        self.id, self.key = bytes.fromhex(public["cell"]), bytes.fromhex(public["key"])
        self.proving_key = bytes.fromhex(public["proving_key"])

    def login(self, greeting):
        parts = greeting.instance + greeting.node + greeting.challenge + self.key + self.proving_key
        message = blake3.blake3(parts, derive_key_context="dregg login").digest()
        signature = self.signing.sign(message)
        return {"key": self.key, "provingKey": self.proving_key, "signature": signature}


def check(what, holds):
    if not holds:
        sys.exit(f"not so: {what}")
    print(what)


async def connect():
    stream = await capnp.AsyncIoStream.create_unix_connection(socket)
    client = capnp.TwoPartyClient(stream)
    return client, client.bootstrap().cast_as(schema.Door)


async def failure(promise):
    """What the JSON of an exception says; libraries put words of their own before it."""
    try:
        await promise
    except capnp.KjException as exception:
        text = exception.description
        return json.loads(text[text.index("{"):])
    return None


def ask(path):
    return {"path": path, "permission": INVOKE}


class Snake(schema.Host.Server):
    """Gives back what it gets, backwards, and who called."""

    async def call(self, call, _context):
        return {"output": call.payload[::-1] + b" for " + bytes(call.caller)}


async def main():
    cell = Cell()

    client, door = await connect()
    greeting = (await door.greet()).greeting
    check("the node speaks protocol 1", greeting.protocol == 1)
    session = (await door.enter(login=cell.login(greeting))).session
    check("a cell logs in by its signature", True)
    again = await failure(door.enter(login=cell.login(greeting)))
    check(f"once a connection, not twice: {again}", again is not None and "refused" in again)

    # Step by step.
    resolved = await session.resolve(ask=ask("/services/echo"))
    binding = resolved.binding
    check("the binding names the path that was asked for", binding.path == binding.asked == "/services/echo")
    descriptor = json.loads(binding.descriptor)
    check(f"the service says of itself: {descriptor['description']}", descriptor["effects"] == ["Invoke"])
    job = (await resolved.service.invoke(call={"method": "echo", "payload": b"one"})).job
    answer = (await job.result()).response.output
    check("a service is resolved and called", answer == b"one")
    failed = await failure(resolved.service.invoke(call={"method": "none"}).job.result())
    check(f"its failure is told: {failed}", failed is not None and failed["failed"] == "Service")

    # All at once: nothing waits for an answer before the last one.
    service = session.resolve(ask=ask("/services/echo")).service
    job = service.invoke(call={"method": "echo", "payload": b"all at once"}).job
    answer = (await job.result()).response.output
    check("resolve, invoke and result are sent together", answer == b"all at once")

    # The same where it is denied: the chain breaks at its end with the denial of its beginning.
    service = session.resolve(ask=ask("/services/closed")).service
    job = service.invoke(call={"method": "echo", "payload": b"never"}).job
    denied = await failure(job.result())
    check(
        "a denial breaks the chain",
        denied is not None
        and (denied["denied"], denied["permission"], denied["path"]) == ("Clause", "invoke", "/services/closed"),
    )
    check(f"it says what is needed: {denied['needed']}", denied["needed"] == ["cells { @operator }"])
    with open(denied_file, "w") as file:
        file.write(denied["opening"])

    # Serving: the node calls, and says who the caller is.
    attachment = (await session.attach(service=Snake())).attachment
    await attachment.ping()
    service = session.resolve(ask=ask("/services/snake")).service
    answer = (await service.invoke(call={"method": "any", "payload": b"abc"}).job.result()).response.output
    check("a service in this language is called", answer == b"cba for " + cell.id)

    # Another key's signature is none of this cell's.
    other, door = await connect()
    greeting = (await door.greet()).greeting
    login = cell.login(greeting)
    login["signature"] = bytes(Ed25519PrivateKey.generate().sign(b"?" * 32))
    refused = await failure(door.enter(login=login).session.question(json='{"ask":"epoch"}'))
    check(f"a wrong signature is refused: {refused}", refused is not None and "refused" in refused)
    del client, other


asyncio.run(capnp.run(main()))
