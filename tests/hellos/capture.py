#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Captures the first ClientHello of real clients, as the files beside this one have it.

Run it where openssl, libcoap's clients and gnutls-cli are installed: tests/hellos/capture.py
"""
import pathlib
import socket
import subprocess

CLIENTS = {
    "openssl": "openssl s_client -dtls1_2 -connect 127.0.0.1:PORT -cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0"
    " -psk_identity device -psk 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a -servername coap.example -status"
    " -alpn coap -maxfraglen 512 -use_srtp SRTP_AES128_CM_SHA1_80 -serverinfo 65000 -comp"
    " -legacy_renegotiation",
    "openssl-ecdsa": "openssl s_client -dtls1_2 -connect 127.0.0.1:PORT"
    " -cipher ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0 -servername coap.example",
    "libcoap-openssl": "coap-client-openssl -B 1 -u device -k 0123456789abcdef coaps://127.0.0.1:PORT/",
    "libcoap-gnutls": "coap-client-gnutls -B 1 -u device -k 0123456789abcdef coaps://127.0.0.1:PORT/",
    "gnutls": "gnutls-cli --udp --port PORT --priority NORMAL:+PSK:+ECDHE-PSK:+AES-128-CCM-8:+COMP-ALL"
    " --pskusername device --pskkey 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a --heartbeat --alpn coap"
    " --recordsize 512 --sni-hostname coap.example 127.0.0.1",
    "dtls-1.0": "openssl s_client -dtls1 -connect 127.0.0.1:PORT -cipher ALL:@SECLEVEL=0",
}

for name, command in CLIENTS.items():
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))
    listener.settimeout(5)
    words = command.replace("PORT", str(listener.getsockname()[1])).split()
    client = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        hello = listener.recv(65535).hex()
    except TimeoutError:
        print(f"{name}: nothing came")
        continue
    finally:
        client.kill()
        client.wait()
    lines = [hello[at : at + 96] for at in range(0, len(hello), 96)]
    path = pathlib.Path(__file__).with_name(f"{name}.hex")
    path.write_text(f"# {command}\n" + "\n".join(lines) + "\n")
    print(f"{name}: {len(hello) // 2} octets")
