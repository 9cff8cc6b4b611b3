"""A JSON server of the standard library."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def serve(routes, default_port):
    """Serves GET routes (path to function); everything else is 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            route = routes.get(self.path.split("?")[0])
            body = json.dumps(route() if route else {"error": "not found"}).encode()
            self.send_response(200 if route else 404)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", default_port)))
    ThreadingHTTPServer(address, Handler).serve_forever()
