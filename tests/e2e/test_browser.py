"""Every page of every example's site in a real browser, at the widths of phones and desktops.

$KENSHO_SCREENSHOTS: a folder for pictures of all pages. $KENSHO_NO_BROWSER=1: go without this test.
"""

import html.parser
import json
import os
import pathlib
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

import support
import webdriver

WIDTHS = (320, 360, 1280)
LANGUAGES = ("en", "ja")
SCREENSHOTS = os.environ.get("KENSHO_SCREENSHOTS", "")
LEAST_TEXT_CHARACTERS = 80
NOT_FOUND = "/not-found.html"
RECEIPT_CHECKER = "verify-receipt.html"  # computes in the browser: test_receipts.py

# The page as laid out, in one question to the browser.
LAYOUT = """
const width = arguments[0];
const beyond = [...document.querySelectorAll('body *')].filter(element => {
  for (let outer = element.parentElement; outer; outer = outer.parentElement)
    if (getComputedStyle(outer).overflowX !== 'visible' && outer !== document.body) return false;
  return element.getBoundingClientRect().right > width + 0.5;
}).slice(0, 3).map(element => element.outerHTML.slice(0, 150));
const stuck = [...document.querySelectorAll('body *')].filter(element =>
  element.scrollWidth > element.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
  element.tabIndex < 0).slice(0, 3).map(element => element.outerHTML.slice(0, 150));
const notice = document.querySelector('.simulated.notice');
return {
  inner: innerWidth, scroll: document.documentElement.scrollWidth, beyond, stuck,
  h1: [...document.querySelectorAll('h1')].map(element => element.innerText),
  lang: document.documentElement.lang, title: document.title,
  main: document.querySelectorAll('main').length, text: (document.querySelector('main') || {}).innerText || '',
  notice: notice && notice.checkVisibility() ? notice.innerText : '',
  images: document.querySelectorAll('img, [role=img]').length,
  unexplained: [...document.querySelectorAll('svg:not([role=img])')].filter(
    element => !element.closest('[aria-hidden=true], [hidden]')).length,
  broken: [...document.images].filter(image => !image.complete || image.naturalWidth === 0).map(image => image.src),
  ids: [...document.querySelectorAll('[id]')].map(element => element.id).filter((id, at, all) => all.indexOf(id) < at),
};
"""

FOCUS = """
const main = document.querySelector('main'), active = document.activeElement;
const box = active.getBoundingClientRect();
return {
  href: active.getAttribute('href'), text: active.innerText,
  seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0 && box.left < innerWidth,
  at_main: active === main, in_main: main.contains(active),
  behind: !!(main.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING),
  stops_ahead: [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')].filter(element =>
    main.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING).length,
};
"""


class Page(html.parser.HTMLParser):
    """What a page holds without any script run."""

    def __init__(self, content):
        super().__init__()
        self.links, self.loads, self.ids, self.active, self.text = [], [], set(), [], ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        for name in ("src", "srcset", "poster", "data"):
            if name in attributes:
                self.loads.append(attributes[name])
        if tag == "link":
            self.loads.append(attributes["href"])
        if tag in ("script", "iframe", "object", "embed", "form", "noscript"):
            self.active.append(tag)
        self.active += [f"{tag} {name}" for name in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.text += data


class Site:
    """An example's registry, served."""

    def __init__(self, example, folder):
        self.name = example.name
        self.home = support.make_example(example, folder / example.name)
        self.server = support.Server(self.home)
        manifest = json.loads((self.home / "site" / "manifest.json").read_text())
        self.simulated = manifest["simulated"]
        self.paths = [page["path"] for page in manifest["files"] if page["path"].endswith(".html")]
        self.pages = {path: Page((self.home / "site" / path).read_text(encoding="utf-8")) for path in self.paths}

    def in_language(self):
        """(path, language) of all pages but the one that only leads on."""
        return [(path, path[:2]) for path in self.paths if path[:3] in ("en/", "ja/")]

    def address(self, path):
        return f"{self.server.url}/{path}"


def layout_problems(page, width, language, site):
    """What is wrong with a page as laid out, in words; `page` as LAYOUT tells it."""
    rules = (
        (page["inner"] == width and page["scroll"] <= width, f"scrolls sideways: {page['beyond']}"),
        (not page["stuck"], f"a part scrolls sideways, but not by keyboard: {page['stuck']}"),
        (len(page["h1"]) == 1 and page["h1"][0].strip(), f"needs one h1, has {page['h1']}"),
        (page["lang"] == language, f"says its language is '{page['lang']}'"),
        (page["title"].strip(), "has no title"),
        (page["main"] == 1, f"has {page['main']} main parts"),
        (len(page["text"]) > LEAST_TEXT_CHARACTERS, f"says too little: {page['text']!r}"),
        (bool(page["notice"].strip()) == site.simulated,
         f"simulated: {site.simulated}, but the notice is {page['notice']!r}"),
        (page["unexplained"] == 0, f"{page['unexplained']} pictures neither named nor hidden from screen readers"),
        (not page["broken"], f"images that do not load: {page['broken']}"),
        (not page["ids"], f"the same id twice: {page['ids']}"),
    )
    return [text for holds, text in rules if not holds]


@unittest.skipIf(os.environ.get("KENSHO_NO_BROWSER") == "1", "KENSHO_NO_BROWSER=1: not tested in a browser")
class BrowserTest(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.sites = []
        for example in support.examples():
            cls.sites.append(Site(example, pathlib.Path(holder.name)))
            cls.addClassCleanup(cls.sites[-1].server.__exit__)
        cls.browser = webdriver.Browser()
        cls.addClassCleanup(cls.browser.__exit__)

    def all_pages(self):
        return [(site, path, language) for site in self.sites for path, language in site.in_language()]

    def none(self, problems):
        if problems:
            self.fail("\n" + "\n".join(problems))

    def test_every_page_at_every_width(self):
        for site, path, language in self.all_pages():
            problems = []
            for width in WIDTHS:
                self.browser.set_width(width)
                self.browser.open(site.address(path))
                page = self.browser.run(LAYOUT, width)
                problems += [f"at {width} px: {text}" for text in layout_problems(page, width, language, site)]
                self.take_picture(site, path, width)
            with self.subTest(site=site.name, page=path):
                self.none(problems)

    def test_the_browser_finds_nothing_to_complain_about(self):
        self.browser.set_width(WIDTHS[-1])
        self.browser.console_problems()  # those of earlier pages
        for site, path, _ in self.all_pages():
            self.browser.open(site.address(path))
            problems = self.browser.console_problems()
            with self.subTest(site=site.name, page=path):
                self.none(problems)

    def take_picture(self, site, path, width):
        if SCREENSHOTS:
            folder = pathlib.Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{site.name}_{path.removesuffix('.html').replace('/', '_')}_{width}.png"
            self.browser.screenshot(folder / name)

    def test_every_picture_has_a_name(self):
        self.browser.set_width(WIDTHS[-1])
        pictures = 0
        for site, path, _ in self.all_pages():
            with self.subTest(site=site.name, page=path):
                self.browser.open(site.address(path))
                for element in self.browser.find("img, [role=img]"):
                    pictures += 1
                    self.assertTrue(self.browser.name_of(element).strip())
        self.assertGreater(pictures, 0, "the sites show no picture at all")

    def test_links_and_buttons_have_names(self):
        self.browser.set_width(WIDTHS[0])
        for site in self.sites:
            for language in LANGUAGES:
                with self.subTest(site=site.name, language=language):
                    self.browser.open(site.address(f"{language}/index.html"))
                    for element in self.browser.find("a[href], button, summary"):
                        self.assertTrue(self.browser.name_of(element).strip())

    def test_the_keyboard_skips_to_the_content(self):
        for site, path, _ in self.all_pages():
            with self.subTest(site=site.name, page=path):
                self.browser.set_width(WIDTHS[0] if site is self.sites[0] else WIDTHS[-1])
                self.browser.open(site.address(path))
                self.browser.press("Tab")
                first = self.browser.run(FOCUS)
                self.assertEqual(first["href"], "#main", f"the first stop is {first}")
                self.assertTrue(first["seen"], "the link to the content cannot be seen when it has the focus")
                self.browser.press("Enter")
                self.assertTrue(self.browser.url().endswith("#main"))
                there = self.browser.run(FOCUS)
                if not there["at_main"] and there["stops_ahead"]:  # then the next stop tells where it is
                    self.browser.press("Tab")
                    then = self.browser.run(FOCUS)
                    self.assertTrue(then["in_main"] or then["behind"], f"the next stop is {then}")

    def test_the_language_link_leads_to_the_same_page_and_back(self):
        self.browser.set_width(WIDTHS[0])
        for site, path, language in self.all_pages():
            with self.subTest(site=site.name, page=path):
                other = "ja" if language == "en" else "en"
                self.assertIn(other + path[2:], site.paths, "there is no such page in the other language")
                self.browser.open(site.address(path))
                self.browser.click(f"nav a[hreflang={other}]")
                self.assertEqual(self.browser.url().split("#")[0], site.address(other + path[2:]))
                self.assertEqual(self.browser.run("return document.documentElement.lang"), other)
                self.browser.click(f"nav a[hreflang={language}]")
                self.assertEqual(self.browser.url().split("#")[0], site.address(path))

    def test_all_links_lead_somewhere(self):
        for site in self.sites:
            for path, page in site.pages.items():
                for link in sorted(set(page.links + page.loads)):
                    with self.subTest(site=site.name, page=path, link=link):
                        self.check_link(site, path, link)

    def check_link(self, site, path, link):
        if link == "data:,":
            return  # no icon, and no question for one
        if urllib.parse.urlsplit(link).scheme:
            self.assertTrue(link.startswith("https://"), "leads outside, and not over https")
            return
        if not path.endswith(NOT_FOUND):  # the one that answers at any address
            self.assertFalse(link.startswith("/"), "a copy of the site in another place would not find it")
        target, _, fragment = urllib.parse.urljoin(site.address(path), link).partition("#")
        try:
            with urllib.request.urlopen(target, timeout=20) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            self.fail(f"{target}: {error}")
        if fragment:
            self.assertIn(fragment, Page(content.decode()).ids, "there is no such place on that page")

    def test_every_page_can_be_reached_from_the_start(self):
        for site in self.sites:
            for language in LANGUAGES:
                with self.subTest(site=site.name, language=language):
                    reached, ahead = set(), [f"{language}/index.html"]
                    while ahead:
                        path = ahead.pop()
                        if path in reached or path not in site.pages:
                            continue
                        reached.add(path)
                        ahead += [urllib.parse.urljoin(f"http://site/{path}", link).partition("#")[0]
                                  .removeprefix("http://site/") for link in site.pages[path].links]
                    lost = {path for path, _ in site.in_language()} - reached
                    self.assertEqual({path for path in lost if not path.endswith(NOT_FOUND)}, set())

    def test_a_missing_page_is_answered_by_a_page_whose_links_work(self):
        for site in self.sites:
            for language, heading in (("en", "There is no such page"), ("ja", "ページが見つかりません")):
                with self.subTest(site=site.name, language=language):
                    address = site.address(f"{language}/no/such/page.html")
                    with self.assertRaises(urllib.error.HTTPError) as missing:
                        urllib.request.urlopen(address, timeout=20)
                    self.assertEqual(missing.exception.code, 404)
                    page = Page(missing.exception.read().decode())
                    self.assertIn(heading, page.text)
                    for link in page.links + page.loads:
                        if link != "data:," and not link.startswith("#"):
                            target = urllib.parse.urljoin(address, link).partition("#")[0]
                            urllib.request.urlopen(target, timeout=20).close()

    def test_pages_need_no_script_and_load_nothing_from_elsewhere(self):
        for site in self.sites:
            for path, page in site.pages.items():
                with self.subTest(site=site.name, page=path):
                    self.assertEqual(set(page.active), {"script", "noscript"} if path == RECEIPT_CHECKER else set())
                    self.assertFalse([link for link in page.loads if "//" in link])
                    self.assertFalse([link for link in page.links if link.startswith("javascript:")])

    def test_both_languages_have_the_same_pages(self):
        for site in self.sites:
            pages = {language: {path[3:] for path, own in site.in_language() if own == language}
                     for language in LANGUAGES}
            self.assertEqual(pages["en"], pages["ja"], site.name)
            self.assertGreaterEqual(len(pages["en"]), 5, "fewer kinds of pages than there should be")


if __name__ == "__main__":
    unittest.main()
