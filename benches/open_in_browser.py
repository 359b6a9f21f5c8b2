"""Opens a case in headless Chromium and prints how long a reader waits: for the first page, for the next, for a day.

    python3 benches/open_in_browser.py PROGRAM CASE [TIMES]

Needs chromedriver (Debian packages chromium and chromium-driver). Times are milliseconds, from the request for the page
to both drawings standing on it; the first is asked for as soon as the server answers.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

STANDS = "document.querySelectorAll('.pane svg').length === 2 && !document.querySelector('.pane.busy')"
# The time at which the drawings stood, as the page itself noticed: asking from outside would add to it.
WATCH = f"""
const done = arguments[arguments.length - 1];
const look = () => ({STANDS}) ? requestAnimationFrame(() => setTimeout(() => done(performance.now()))) : setTimeout(look, 5);
look();
"""
MOVE = """
const done = arguments[arguments.length - 1];
const field = document.querySelector('#day-known');
const start = performance.now();
field.value = arguments[0];
field.dispatchEvent(new Event('change', { bubbles: true }));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""
RESOURCES = """
return performance.getEntriesByType('resource').filter((e) => /data|draw/.test(e.name)).map((e) =>
  `${new URL(e.name).pathname} from ${Math.round(e.requestStart)} first byte ${Math.round(e.responseStart)} all ${Math.round(e.responseEnd)} (${e.encodedBodySize} bytes sent, ${e.decodedBodySize} unpacked)`);
"""


class Browser:
    def __init__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        port = next(found[1] for line in self.driver.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.base = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1440,900", f"--user-data-dir={self.profile.name}"]
        options = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}}
        self.base += "/" + self.call("", {"capabilities": {"alwaysMatch": options}})["sessionId"]

    def call(self, path, body):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)["value"]

    def go(self, url):
        self.call("/url", {"url": url})

    def promised(self, script, *values):
        return self.call("/execute/async", {"script": script, "args": values})

    def close(self):
        urllib.request.urlopen(urllib.request.Request(self.base, method="DELETE")).close()
        self.driver.terminate()
        self.driver.wait()


def serve(program, case):
    started = time.monotonic()
    server = subprocess.Popen([program, "serve", case, "--port", "0"], stdout=subprocess.PIPE, text=True)
    url = re.search(r"http://\S+", server.stdout.readline())[0]
    return server, url, (time.monotonic() - started) * 1000


def main():
    program, case = sys.argv[1:3]
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    browser = Browser()
    table = {"server ready": [], "first page": [], "next page": [], "a day moved": [], "page of a view": []}
    for turn in range(times):
        server, url, ready = serve(program, case)
        try:
            browser.go("about:blank")
            table["server ready"].append(ready)
            browser.go(url)
            table["first page"].append(browser.promised(WATCH))
            if turn == 0:
                print("\n".join(browser.call("/execute/sync", {"script": RESOURCES, "args": []})))
            for day in ("2009-06-01", "2012-06-01", "2012-06-02"):
                table["a day moved"].append(browser.promised(MOVE, day))
            browser.go("about:blank")
            browser.go(url)
            table["next page"].append(browser.promised(WATCH))
            browser.go("about:blank")
            browser.go(url + "?known-on=2012-06-01")
            table["page of a view"].append(browser.promised(WATCH))
        finally:
            server.terminate()
            server.wait()
    browser.close()
    for name, values in table.items():
        print(f"{name:16} {' '.join(f'{value:6.0f}' for value in values)}   median {statistics.median(values):6.0f} ms")


main()
