"""What the servers in Python have in common: the records, and HTTP on a loopback port."""
import json
import sys
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


def read_records():
    """The records of the file that the first argument names, by date."""
    with open(sys.argv[1], encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def second(text):
    """A datestamp as a date without a time zone."""
    return datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ')


def aware(text):
    return second(text).replace(tzinfo=timezone.utc)


def serve(make_answer):
    """Prints the base URL, then answers: `make_answer(base_url)` gives a function from arguments to XML as bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = answer(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
            self.send_response(200)
            self.send_header('Content-Type', 'text/xml; charset=utf-8')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    url = f'http://127.0.0.1:{server.server_port}/oai'
    answer = make_answer(url)
    print(url, flush=True)
    server.serve_forever()
