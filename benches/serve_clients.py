"""Fifty clients at once for a minute against `casegraph serve`, and one query that never ends: errors, times, memory.

    python3 benches/serve_clients.py PROGRAM CASE [CLIENTS] [SECONDS]
"""

import collections
import http.client
import random
import subprocess
import sys
import threading
import time
import urllib.parse


def memory(process):
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))


def main() -> None:
    program, case = sys.argv[1:3]
    clients, seconds = (int(text) for text in (sys.argv[3:5] if len(sys.argv) > 4 else ["50", "60"]))
    server = subprocess.Popen([program, "serve", case, "--port", "0", "--query-time", "10"], stdout=subprocess.PIPE, text=True)
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

    threads = [threading.Thread(target=client, args=[n]) for n in range(clients)] + [threading.Thread(target=expensive)]
    for thread in threads:
        thread.start()
    used = []
    while time.monotonic() < end:
        time.sleep(seconds / 12)
        used.append(memory(server.pid))
    for thread in threads:
        thread.join()
    server.terminate()
    server.wait()
    times.sort()
    at = lambda part: times[int(len(times) * part)] * 1000
    print(f"{len(times)} answers, {len(times) / seconds:.0f} a second, {sum(wrong.values())} wrong {dict(wrong) or ''}")
    print(f"half within {at(0.5):.0f} ms, 95 of 100 within {at(0.95):.0f} ms, the slowest {times[-1] * 1000:.0f} ms")
    print("memory in MB, twelve times in equal steps: " + " ".join(f"{mb:.0f}" for mb in used))


main()
