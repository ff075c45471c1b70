"""As much of the W3C WebDriver protocol as the browser test needs, spoken to chromedriver with urllib."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that WebDriver names elements by
KEYS = {"Tab": "\ue004", "Enter": "\ue007"}


class Browser:
    """A headless Chromium, until the end of the block."""

    def __init__(self):
        chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if not chromium or not driver:
            raise AssertionError("chromium and chromedriver are needed (Debian: chromium chromium-driver); "
                                 "KENSHO_NO_BROWSER=1 goes without this test")
        self.profile = tempfile.TemporaryDirectory(prefix="kensho-e2e-browser-", ignore_cleanup_errors=True)
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env={**os.environ, "HOME": self.profile.name})
        self.base = f"http://127.0.0.1:{self._port()}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--disable-background-networking", "--no-first-run",
                     f"--user-data-dir={self.profile.name}/profile"]
        wanted = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                  "goog:chromeOptions": {"binary": chromium, "args": arguments}}
        answer = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{answer['sessionId']}"

    def _port(self):
        for line in self.process.stdout:
            if "started successfully on port" in line:
                return int(line.rstrip(".\n").rsplit(" ", 1)[1])
        raise AssertionError("chromedriver did not start")

    def _send(self, method, path, content=None):
        request = urllib.request.Request(self.base + path, method=method,
                                         data=None if content is None else json.dumps(content).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.loads(error.read())["value"]
            raise AssertionError(f"{method} {path}: {value['error']}: {value['message'][:500]}") from None

    def post(self, path, **content):
        return self._send("POST", self.session + path, content)

    def get(self, path):
        return self._send("GET", self.session + path)

    def open(self, url):
        self.post("/url", url=url)

    def url(self):
        return self.get("/url")

    def run(self, script, *arguments):
        """What a script's `return` gives."""
        return self.post("/execute/sync", script=script, args=list(arguments))

    def chrome(self, command, **parameters):
        """A command of the Chrome DevTools protocol."""
        return self.post("/goog/cdp/execute", cmd=command, params=parameters)

    def set_width(self, width, height=800):
        """A true phone's or desktop's viewport; a window cannot be made as narrow."""
        self.chrome("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                    mobile=width < 800)

    def find(self, css):
        return [item[ELEMENT] for item in self.post("/elements", using="css selector", value=css)]

    def name_of(self, element):
        """The accessible name, as the browser computes it for a screen reader."""
        return self.get(f"/element/{element}/computedlabel")

    def click(self, css):
        """Clicks the one element there is, then waits until its page is there."""
        (element,) = self.find(css)
        self.post(f"/element/{element}/click")
        self.wait_until_loaded()

    def press(self, key):
        actions = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        self.post("/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def wait_until_loaded(self):
        end = time.monotonic() + 10
        while self.run("return document.readyState") != "complete" and time.monotonic() < end:
            time.sleep(0.02)

    def console_problems(self):
        """Warnings and errors since the last call."""
        return [item["message"] for item in self.post("/se/log", type="browser")
                if item["level"] in ("SEVERE", "WARNING")]

    def screenshot(self, path):
        """The whole page, below the fold too."""
        image = self.chrome("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(image["data"]))

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        try:
            self._send("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process.stdout.close()
            self.profile.cleanup()
