# SPDX-License-Identifier: MIT OR Apache-2.0
"""http_server.py DIRECTORY: a web server on a free port of 127.0.0.1, which it prints.

/certs/NAME is the file NAME of the directory; some names are what a bad server does."""

import http.server
import pathlib
import sys
import time

DIRECTORY = pathlib.Path(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, file=sys.stderr, flush=True)
        name = self.path.removeprefix("/certs/")
        if name == "redirect":
            self.send_response(302)
            self.send_header("Location", "/certs/path")
            self.end_headers()
            return
        if name == "slow":
            time.sleep(8)
        if name == "large":
            body = bytes(20000)
        elif (DIRECTORY / name).is_file():
            body = (DIRECTORY / name).read_bytes()
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/pkix-pkipath")
        self.send_header("Content-Length", str(len(body) + (name == "cut")))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # it was too much for the other side

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
