"""Writes pages that are made to break their reader, each with a name that says how."""

import sys
from pathlib import Path

MIB = 1024 * 1024
SAID = "The envoy of Southmark said that all prisoners must return home before winter. "
HEAD, FOOT = "<html><body><article><h1>Talks go on</h1>", "</article></body></html>"


def page(folder: Path, name: str, size: int, unit: str, start: str = "", end: str = "") -> None:
    room = size - len((HEAD + FOOT + start + end).encode())
    text = HEAD + start + unit * (room // len(unit.encode())) + end + FOOT
    (folder / name).write_text(text, encoding="utf-8")


folder = Path(sys.argv[1])
page(folder, "too-large.html", 50 * MIB, f"<p>{SAID}</p>")
most = 16 * MIB
page(folder, "statements.html", most, f"<p>{SAID}</p>")
page(folder, "one-paragraph.html", most, SAID, "<p>", "</p>")
page(folder, "one-word.html", most, "a", "<p>", "</p>")
page(folder, "tiny-tags.html", most, "<p>a</p>")
page(folder, "nested.html", most, "<div>", end=f"<p>{SAID}</p>")
page(folder, "quotations.html", most, "“‘\"", "<p>", "</p>")
page(folder, "references.html", most, "&amp;", "<p>", "</p>")
item = f"<item><title>a</title><link>https://a.example/</link><description>{SAID}</description></item>"
feed = "<rss version='2.0'><channel><title>a</title>" + item * (most // len(item) - 1)
(folder / "feed.xml").write_text(feed + "</channel></rss>", encoding="utf-8")
