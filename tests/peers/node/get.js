// SPDX-License-Identifier: MIT OR Apache-2.0
// One GET with node-coap-client, for `cargo xtask test`; prints the payload.

"use strict";

const { CoapClient } = require("node-coap-client");

if (process.argv.length !== 6) {
  console.error("usage: node get.js PORT IDENTITY KEY PATH");
  process.exit(1);
}
const [port, identity, key, path] = process.argv.slice(2);

CoapClient.setSecurityParams("127.0.0.1", { psk: { [identity]: key } });
CoapClient.request(`coaps://127.0.0.1:${port}${path}`, "get").then(
  (response) => {
    if (String(response.code).trim() !== "2.05") {
      console.error(`answered with ${response.code}`);
      process.exit(1);
    }
    console.log(String(response.payload));
    // Sends close_notify; then nothing is left to wait for.
    CoapClient.reset();
  },
  (error) => {
    console.error(`refused: ${error.message}`);
    process.exit(1);
  },
);
