"""Fifty clients at once for a minute against `casegraph serve`, and one query that never ends: errors, times, memory.

    python3 benches/serve_clients.py PROGRAM CASE [CLIENTS] [SECONDS] [attack]

With `attack`, the server has 6 GB of address space, three clients send the worst queries that are known, one after the
other, and 1,200 connections are held half open; what counts is that the others are answered.
"""

import collections
import http.client
import random
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.parse


def memory(process):
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))


ALL = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FOURFOLD = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(20))
WORST = [
    "SELECT (COUNT(*) AS ?n) " + ALL,
    "SELECT (STRLEN(?a20) AS ?n) { BIND('" + 64 * "a" + "' AS ?a0) " + FOURFOLD + " }",
    f"SELECT * {ALL} ORDER BY ?a ?f LIMIT 1",
    f"SELECT DISTINCT ?a ?d ?g {ALL}",
    f"SELECT (COUNT(DISTINCT ?h) AS ?n) {ALL} GROUP BY ?a ?d ?g",
    f"SELECT (GROUP_CONCAT(?c) AS ?n) {ALL}",
    "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:p>)* ?b . ?c (<x:p>|!<x:p>)* ?d }",
    "SELECT (REPLACE(?b, 'a', ?b) AS ?n) { BIND(REPEAT AS ?b) }".replace("REPEAT", "'" + 20_000 * "a" + "'"),
    f"CONSTRUCT {{ ?a ?e ?i . ?d ?b ?c }} {ALL}",
    f"SELECT * {{ {ALL} MINUS {{ ?a ?b ?c . ?d ?e ?f }} }}",
    "SELECT * { " + 1_000 * "( " + " }",
]


def main() -> None:
    is_attacked = sys.argv[-1] == "attack"
    sys.argv = sys.argv[: len(sys.argv) - is_attacked]
    program, case = sys.argv[1:3]
    clients, seconds = (int(text) for text in (sys.argv[3:5] if len(sys.argv) > 4 else ["50", "60"]))
    most = 6_000_000_000
    bounded = lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)) if is_attacked else None
    server = subprocess.Popen(
        [program, "serve", case, "--port", "0", "--query-time", "10"], stdout=subprocess.PIPE, text=True, preexec_fn=bounded
    )
    host = server.stdout.readline().split("http://")[1].strip().strip("/")
    sparql = lambda text: "/sparql?query=" + urllib.parse.quote(text)
    paths = [
        "/", "/assets/explorer.js", "/data", "/draw/relationships.svg", "/draw/timeline.svg?width=500",
        "/data?known-on=2014-05-21", "/draw/relationships.svg?known-on=2014-05-21",
        sparql("SELECT * { ?s rdfs:label ?label } LIMIT 50"), sparql("ASK { ?s cg:sued ?o }"),
        sparql("SELECT ?p (COUNT(*) AS ?n) { ?f rdf:predicate ?p } GROUP BY ?p"),
        "/questions/predicates", "/store?graph=https%3A%2F%2Fexample.org%2Fnone",
    ]
    wrong, times, lock = collections.Counter(), [], threading.Lock()
    end = time.monotonic() + seconds

    def client(number):
        chance = random.Random(number)
        connection = http.client.HTTPConnection(host, timeout=60)
        while time.monotonic() < end:
            path, start = chance.choice(paths), time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                wanted = 404 if path.startswith("/store") else 200
                fault = None if answer.status == wanted else f"{answer.status} {path}"
            except OSError as error:
                fault = f"{error} {path}"
                connection = http.client.HTTPConnection(host, timeout=60)
            with lock:
                times.append(time.monotonic() - start)
                if fault:
                    wrong[fault] += 1

    def expensive():
        while time.monotonic() < end:
            connection = http.client.HTTPConnection(host, timeout=60)
            connection.request("GET", sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
            status = connection.getresponse().status
            if status != 503:
                wrong[f"{status} for the query that never ends"] += 1

    def attack(number):
        while time.monotonic() < end:
            for query in WORST[number:] + WORST[:number]:
                if time.monotonic() > end:
                    return
                try:
                    connection = http.client.HTTPConnection(host, timeout=60)
                    connection.request("POST", "/sparql", query, {"content-type": "application/sparql-query"})
                    status = connection.getresponse().status
                except OSError as error:
                    status = str(error)
                with lock:
                    refused[f"{status} {query[:40]}"] += 1

    def half_open():
        name, port = host.split(":")
        held = []
        while time.monotonic() < end:
            while len(held) < 1_200:
                try:
                    held.append(socket.create_connection((name, int(port)), timeout=5))
                    held[-1].sendall(b"POST /sparql HTTP/1.1\r\nHost: ")
                except OSError:
                    break
            time.sleep(0.5)
            # Those that the server has closed are opened again.
            open_ones = []
            for one in held:
                one.setblocking(False)
                try:
                    is_closed = one.recv(1, socket.MSG_PEEK) == b""
                except BlockingIOError:
                    is_closed = False
                except OSError:
                    is_closed = True
                if not is_closed:
                    open_ones.append(one)
            with lock:
                refused["half-open connections closed"] += len(held) - len(open_ones)
            held = open_ones

    refused = collections.Counter()
    threads = [threading.Thread(target=client, args=[n]) for n in range(clients)]
    if is_attacked:
        threads += [threading.Thread(target=attack, args=[3 * n]) for n in range(3)] + [threading.Thread(target=half_open)]
    else:
        threads.append(threading.Thread(target=expensive))
    for thread in threads:
        thread.start()
    used = []
    while time.monotonic() < end:
        time.sleep(seconds / 12)
        if server.poll() is None:
            used.append(memory(server.pid))
    for thread in threads:
        thread.join()
    ended = server.poll()
    server.terminate()
    server.wait()
    if ended is not None:
        print(f"the server ended with {ended}")
    for what, count in sorted(refused.items()):
        print(f"{count} times {what}")
    times.sort()
    at = lambda part: times[int(len(times) * part)] * 1000
    print(f"{len(times)} answers, {len(times) / seconds:.0f} a second, {sum(wrong.values())} wrong {dict(wrong) or ''}")
    print(f"half within {at(0.5):.0f} ms, 95 of 100 within {at(0.95):.0f} ms, the slowest {times[-1] * 1000:.0f} ms")
    print("memory in MB, twelve times in equal steps: " + " ".join(f"{mb:.0f}" for mb in used))


main()
