# SPDX-License-Identifier: MIT
"""The API of a Zabbix server of one version, as far as packaging/zabbix/setup speaks to it: it
takes what that version takes and refuses what that version refuses, in its words.
"""
import http.server
import json
import re
import threading

TOKEN = "of-a-super-admin"
# What configuration.import takes: include/classes/api/services/CConfiguration.php.
ALL = {"createMissing", "updateExisting", "deleteMissing"}
PUT = ALL - {"deleteMissing"}
COMMON_RULES = {
    **{name: ALL for name in ("discoveryRules", "graphs", "httptests", "items",
                              "templateDashboards", "triggers", "valueMaps")},
    **{name: PUT for name in ("hosts", "images", "maps", "mediaTypes", "templates")},
    "templateLinkage": ALL - {"updateExisting"}}


class Refused(Exception):
    """The server's own words."""


def only(path, given, known):
    for name in given:
        if name not in known:
            raise Refused(f'Invalid parameter "{path}": unexpected parameter "{name}".')


class Zabbix:
    """One server: what it was asked is in `calls`, as (method, parameters)."""

    def __init__(self, version):
        self.version = version
        self.number = tuple(map(int, re.match(r"(\d+)\.(\d+)", version).groups()))
        self.calls = []
        groups = ("host_groups", "template_groups") if self.number >= (6, 2) else ("groups",)
        self.rules = {**COMMON_RULES, **{group: PUT for group in groups}}
        self.there = {}  # names of what was created: {kind: [name]}

    def authorize(self, body, headers):
        """A token in the body until 7.0, in the header since 6.4; none for apiinfo.version."""
        method, header = body["method"], headers.get("Authorization", "")
        if self.number >= (7, 2):
            only("/", body, {"jsonrpc", "method", "params", "id"})
        tokens = {body.get("auth")}
        if self.number >= (6, 4) and header.startswith("Bearer "):
            tokens.add(header.removeprefix("Bearer "))
        tokens.discard(None)
        if method == "apiinfo.version" and tokens:
            raise Refused(f'The "{method}" method must be called without authorization.')
        if method != "apiinfo.version" and TOKEN not in tokens:
            raise Refused("Not authorized.")

    def answer(self, method, params):
        kind, verb = method.split(".")
        if method == "apiinfo.version":
            return self.version
        if method == "configuration.import":
            only("/", params, {"format", "source", "rules"})
            only("/rules", params["rules"], self.rules)
            for name, options in params["rules"].items():
                only(f"/rules/{name}", options, self.rules[name])
            return True
        if kind == "template":
            vendor = {"vendor_name", "vendor_version"} if self.number >= (6, 4) else set()
            only("/1", params, {"templateid", "filter", "output"} | vendor)
            return [{"templateid": "10"}] if verb == "get" else {"templateids": ["10"]}
        return self.keep(kind, verb, params)

    def keep(self, kind, verb, params):
        """Scripts and actions: created once, found and updated then."""
        names = self.there.setdefault(kind, [])
        if verb == "get":
            return [{kind + "id": "1"}] if params["filter"]["name"] in names else []
        if (verb == "create") == (params["name"] in names):
            raise Refused(f'{kind} "{params["name"]}" already exists or is not there.')
        names.append(params["name"])
        return {kind + "ids": ["1"]}

    def say(self, body, headers):
        said = {"jsonrpc": "2.0", "id": body["id"]}
        try:
            self.authorize(body, headers)
            said["result"] = self.answer(body["method"], body.get("params", {}))
            self.calls.append((body["method"], body.get("params", {})))
        except Refused as why:
            said["error"] = {"code": -32602, "message": "Invalid params.", "data": str(why)}
        return said


def serve(zabbix):
    """Starts it on a free port of the loopback; returns its address. It ends with the program."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = json.dumps(zabbix.say(body, self.headers)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
