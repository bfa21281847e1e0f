"""The check of the built CSS: new classes and sources ask for a build, new texts do not."""

from pathlib import Path

import pytest

from tests.checks import css

pytestmark = pytest.mark.once


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose CSS is current."""
    for name, text in {
        "static/src/app.css": '@source "../../templates/**/*.html";\n@source "../../lib/*.py";\n',
        "static/src/theme.css": "a{}",
        "static/css/app.css": "a{color:red}",
        "package.json": "{}",
        "templates/shop/page.html": '<p class="ink">Pay now</p>',
        "lib/tags.py": 'TONES = {"a": "badge badge-soft"}',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    css.write(tmp_path)
    assert not css.check(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("templates/shop/page.html", '<p class="ink jade">Pay now</p>'),
        ("templates/shop/other.html", '<p class="new">'),
        ("lib/tags.py", 'TONES = {"a": "badge badge-solid"}'),
        ("static/src/theme.css", "b{}"),
        ("static/src/more.css", "b{}"),
        ("package.json", '{"devDependencies": {}}'),
    ],
)
def test_another_class_source_or_tool_asks_for_a_build(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    assert "make css" in css.check(project)


def test_another_text_asks_for_no_build(project: Path) -> None:
    (project / "templates/shop/page.html").write_text('<h1 class="ink">Pay later, <b>or</b> never</h1><!-- class="x" -->')
    (project / "lib/tags.py").write_text('"""Badges of a shop."""\nTONES = {"a": "badge badge-soft"}\n')
    assert not css.check(project)


def test_writing_twice_leaves_one_hash(project: Path) -> None:
    before = (project / css.BUILT).read_text()
    css.write(project)
    assert (project / css.BUILT).read_text() == before
    assert before.endswith("\na{color:red}")


@pytest.mark.parametrize("text", ["a{}", "/* kameng-css sha256:xyz */\na{}"])
def test_a_file_without_a_hash_asks_for_a_build(project: Path, text: str) -> None:
    (project / css.BUILT).write_text(text)
    assert "no hash" in css.check(project)


def test_a_missing_file_asks_for_a_build(project: Path) -> None:
    (project / css.BUILT).unlink()
    assert "missing" in css.check(project)


@pytest.mark.parametrize(
    ("template", "names"),
    [
        (
            '<a class="btn {% if x == "is-b" %}btn-primary{% endif %} mt-2.5 w-1/2">',
            {"btn", "is-b", "btn-primary", "mt-2.5", "w-1/2"},
        ),
        ("""<a class='btn {{ on|yesno:"is-on,is-off" }}'>""", {"btn", "is-on", "is-off"}),
        ('{% include "x.html" with cls="km-pad sm:flex" %}', {"km-pad", "sm:flex"}),
        ('<c-card :class="a" class="grid-cols-[1fr_2fr]" title="Not a class">', {"a", "grid-cols-[1fr_2fr]"}),
        ('<a class="2xl:gap-0! -mt-2 data-on:font-bold">', {"2xl:gap-0!", "-mt-2", "data-on:font-bold"}),
        ('{# class="x" #}{% comment %}class="y"{% endcomment %}', set()),
    ],
)
def test_class_names_are_found_where_templates_put_them(template: str, names: set[str]) -> None:
    assert css.in_template(template) == names
