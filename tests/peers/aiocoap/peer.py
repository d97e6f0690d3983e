# SPDX-License-Identifier: MIT OR Apache-2.0
"""CoAP over DTLS with aiocoap and DTLSSocket, for `cargo xtask test`."""

import asyncio
import sys

import aiocoap
from aiocoap import resource

USAGE = "usage: peer.py client PORT IDENTITY KEY PATH | peer.py server PORT IDENTITY KEY"
GREETING = b"served by aiocoap"


class Greeting(resource.Resource):
    async def render_get(self, request):
        return aiocoap.Message(payload=GREETING)


def credentials(pattern, identity, key):
    dtls = {"client-identity": identity.encode(), "psk": key.encode()}
    return {pattern: {"dtls": dtls}}


async def get(port, identity, key, path):
    """Prints the payload."""
    context = await aiocoap.Context.create_client_context(transports=["tinydtls"])
    origin = f"coaps://127.0.0.1:{port}"
    context.client_credentials.load_from_dict(credentials(f"{origin}/*", identity, key))
    request = aiocoap.Message(code=aiocoap.GET, uri=origin + path)
    try:
        response = await context.request(request).response
    except aiocoap.error.NetworkError as error:
        # What DTLS said is what the error comes from.
        sys.exit(f"refused: {error.__cause__!r}")
    if response.code != aiocoap.CONTENT:
        sys.exit(f"answered with {response.code}")
    print(response.payload.decode())
    await context.shutdown()


async def serve(port, identity, key):
    site = resource.Site()
    site.add_resource([], Greeting())
    # As for coap and coaps in general, aiocoap puts DTLS on the port above the one it is given.
    context = await aiocoap.Context.create_server_context(
        site, bind=("127.0.0.1", int(port) - 1), transports=["tinydtls_server"]
    )
    context.server_credentials.load_from_dict(credentials(":device", identity, key))
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["client", port, identity, key, path]:
            asyncio.run(get(port, identity, key, path))
        case ["server", port, identity, key]:
            asyncio.run(serve(port, identity, key))
        case _:
            sys.exit(USAGE)
