"""The documentation names what exists, in both languages, and packages are whole."""

import ast
import json
import re
import tomllib
from pathlib import Path

import polib
import pytest
from lxml import etree, html
from omsdev.paths import REQUIREMENTS, suite_addons
from omsdev.testing.run import KINDS, MORE_KINDS

from oms_addon.adapters.api.adapter import ADAPTER
from oms_addon.adapters.base import ChannelSettings, InboundRequest

REPOSITORY = Path(__file__).resolve().parents[3]
READMES = ("README.md", "README.zh_CN.md")
ADDONS = suite_addons()
FRAGMENTS = (
    "DESCRIPTION",
    "CONFIGURE",
    "USAGE",
    "CONTRIBUTORS",
    "HISTORY",
    "ROADMAP",
)
# Distributions whose module has another name.
MODULES = {
    "charset-normalizer": "charset_normalizer",
    "python-calamine": "python_calamine",
}


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def outside_code(text):
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)


def headings(name):
    """Levels of the headings, in their order."""
    return [len(m) for m in re.findall(r"^(#+) ", outside_code(read(name)), re.M)]


def code_blocks(name):
    """Commands and settings without comments: those are translated."""
    blocks = re.findall(r"^ *```(?:sh|ini|nginx)\n(.*?)^ *```", read(name), re.M | re.S)
    return [re.sub(r"\s*[#;] .*|;? *$", "", block, flags=re.M) for block in blocks]


def page(path):
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def links(name):
    path = REPOSITORY / name
    if name.endswith(".html"):
        tree = page(path)
        found = [*tree.xpath("//@href"), *tree.xpath("//@src")]
    else:
        found = re.findall(r"\]\(([^)\s]+)\)", outside_code(read(name)))
    return [link for link in found if not link.startswith("#")]


DOCUMENTS = [
    *READMES,
    *(f"{addon}/README.md" for addon in ADDONS),
    *(f"{addon}/static/description/index.html" for addon in ADDONS),
    *(f"{addon}/readme/{fragment}.md" for addon in ADDONS for fragment in FRAGMENTS),
]


def test_both_readmes_have_the_same_headings_and_commands():
    english, chinese = READMES
    assert headings(english) == headings(chinese)
    assert code_blocks(english) == code_blocks(chinese)
    assert links(english)[1:] == links(chinese)[1:], "the first leads to the other"


@pytest.mark.parametrize("name", READMES)
def test_every_command_that_a_readme_names_exists(name):
    commands = re.findall(r"(?<![\w/.])(setup/\w+|\.ci/run)([ \w-]*)", read(name))
    seen = {command for command, _rest in commands}
    assert {"setup/run", "setup/test", "setup/bench", "setup/odoo"} <= seen
    for command in seen - {"setup/omsdev"}:
        assert (REPOSITORY / command).stat().st_mode & 0o111, command
    for command, rest in commands:
        word = next(iter(rest.split()), "")
        if command == "setup/test" and word:
            assert word in (*KINDS, *MORE_KINDS)
        if command == "setup/bench" and word:
            assert (REPOSITORY / f"setup/omsdev/bench/{word}.py").exists()


@pytest.mark.parametrize("name", READMES)
def test_every_option_of_setup_run_is_described_and_exists(name):
    source = read("setup/run")
    options = set(re.findall(r'add_argument\("(--[\w-]+)"', source))
    described = set(re.findall(r"^\| `(--[\w-]+)", read(name), re.M))
    assert options == described


@pytest.mark.parametrize("addon", ADDONS)
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_every_addon_has_every_fragment_of_its_readme(addon, fragment):
    assert f"readme/{fragment}.md" in links(f"{addon}/README.md")
    assert (REPOSITORY / addon / "readme" / f"{fragment}.md").read_text().strip()


@pytest.mark.parametrize("addon", ADDONS)
def test_history_begins_with_the_version_of_the_manifest(addon):
    manifest = ast.literal_eval(read(f"{addon}/__manifest__.py"))
    first = re.search(r"^## (\S+)", read(f"{addon}/readme/HISTORY.md"), re.M)
    assert first[1] == manifest["version"]


@pytest.mark.parametrize("addon", ADDONS)
def test_every_addon_has_an_icon_and_a_user_page_in_both_languages(addon):
    folder = REPOSITORY / addon / "static/description"
    assert (folder / "icon.png").read_bytes().startswith(b"\x89PNG")
    tree = page(folder / "index.html")
    english, chinese = (
        [len(tree.xpath(f"//*[@lang='{lang}']//{tag}")) for tag in ("h3", "li")]
        for lang in ("en", "zh-CN")
    )
    assert min(english) > 0 and english == chinese


@pytest.mark.parametrize("name", DOCUMENTS)
def test_relative_links_resolve_and_pages_load_nothing_from_outside(name):
    for link in links(name):
        if re.match(r"[a-z]+:|//", link):
            assert not name.endswith(".html"), f"{name} loads {link}"
            continue
        target = (REPOSITORY / name).parent / link.partition("#")[0]
        assert target.exists(), f"{name} leads to {link}"


# Words of Odoo's own screens that the documents name as well, with their Chinese.
HOST_WORDS = {
    "Add API Key": "新增 API Key",
    "Apps": "应用",
    "Delivery Methods": "交货方式",
    "Fleet": "车队",
    "Incoming Mail Server": "收件服务器",
    "Inventory": "库存",
    "Module Info": "模块信息",
    "My Preferences": "首选项",
    "Partners Geolocation": "合作伙伴地理定位",
    "Security": "安全",
    "Surveys": "调查",
    "System Parameters": "系统参数",
    "Technical": "技术",
    "Update Apps List": "更新应用程序列表",
}


def screen_words():
    """Texts of the suite's screens: English and Chinese.

    :rtype: tuple[set, set]
    """
    english, chinese = set(HOST_WORDS), set(HOST_WORDS.values())
    for addon in ADDONS:
        for entry in polib.pofile(str(REPOSITORY / addon / "i18n/zh_CN.po")):
            english.add(re.sub("<.*?>", "", entry.msgid))
            chinese.add(re.sub("<.*?>", "", entry.msgstr))
    return english, chinese


def named_words(name):
    """What a document sets off as a text of the screen, menus in their parts."""
    text = read(name)
    if name.endswith(".html"):
        found = re.findall(r"<b>(.*?)</b>", text)
    else:
        text = re.sub(r"`[^`]*`", "", outside_code(text))
        found = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text)
    return {part.strip() for words in found for part in re.split(r"\s/\s", words)}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_menus_buttons_and_fields_are_called_as_on_the_screen(name):
    english, chinese = screen_words()
    both = english | chinese
    known = {"README.md": english, "README.zh_CN.md": chinese}.get(name, both)
    unknown = {re.sub(r"\s+", " ", word) for word in named_words(name)} - known
    assert not unknown


def menus():
    """Titles of the suite's menus by their parent's title; roles by their heading.

    :rtype: dict[str, set]
    """
    titles, parents, actions = {}, {}, {}
    for path in REPOSITORY.glob("oms_addon*/*/*.xml"):
        tree = etree.parse(str(path))
        for action in tree.xpath("//record[starts-with(@model, 'ir.actions.')]"):
            actions[action.get("id")] = action.findtext("field[@name='name']")
        for menu in tree.iter("menuitem"):
            titles[menu.get("id")] = menu.get("name") or menu.get("action")
            parents[menu.get("id")] = (menu.get("parent") or "").split(".")[-1]
        for heading in tree.xpath(
            "//record[@model='res.groups']/field[@name='privilege_id']"
        ):
            role = heading.getparent()
            titles[role.get("id")] = role.findtext("field[@name='name']")
            parents[role.get("id")] = heading.get("ref").split(".")[-1]
        for heading in tree.xpath("//record[@model='res.groups.privilege']"):
            titles[heading.get("id")] = heading.findtext("field[@name='name']")
    titles = {menu: actions.get(title, title) for menu, title in titles.items()}
    found = {}
    for menu, parent in parents.items():
        found.setdefault(titles.get(parent), set()).add(titles[menu])
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_of_menus_and_roles_exist(name):
    below = menus()
    pattern = r"<b>([^<]*)</b>" if name.endswith(".html") else r"\*([^*`]*)\*"
    for words in re.findall(pattern, read(name)):
        first, *rest = re.split(r"\s/\s", re.sub(r"\s+", " ", words))
        if first in below and rest:
            assert rest[0] in below[first], f"{first} / {rest[0]}"


def test_readme_names_every_address_that_visitors_and_drivers_open():
    served = set()
    for path in REPOSITORY.glob("oms_addon*/controllers/*.py"):
        served |= set(re.findall(r'"(/[a-z_]+(?:/[a-z_]+)*)', path.read_text()))
    assert {"/oms/webhook", "/oms/track", "/oms/driver", "/my/returns"} <= served
    for name in READMES:
        named = re.findall(r"`(/[a-z_/]+)`", read(name))
        for address in served:
            assert any((address + "/").startswith(known) for known in named), address


def test_readme_names_every_secret_and_setting_of_a_channel():
    secrets, settings = set(), set()
    for path in (REPOSITORY / "oms_addon/adapters").rglob("*.py"):
        source = path.read_text()
        for names in re.findall(r"secret_fields[^=]*= \(([^)]*)\)", source):
            secrets |= set(re.findall(r'"(\w+)"', names))
        if path.name != "response.py":  # built by nobody yet, see ROADMAP.md
            settings |= set(re.findall(r'options\.get\("(\w+)"', source))
    assert len(secrets) > 5 and len(settings) > 5
    for name in READMES:
        known = set(re.findall(r"`(\w+)`", read(name)))
        assert secrets | settings <= known, name


@pytest.mark.parametrize("name", READMES)
def test_the_order_that_a_readme_shows_is_one_that_the_suite_reads(name):
    body = json.loads(re.search(r"-d '(\{.*?\})'", read(name), re.S)[1])
    for order in body["orders"]:
        request = InboundRequest(body=json.dumps(order).encode())
        document = ADAPTER.parse(request, ChannelSettings())
        assert document.total == document.paid_amount
        assert document.total == sum(line.total for line in document.lines)


def imported(addon):
    """Top-level modules that the addon imports at run time."""
    modules = set()
    for path in (REPOSITORY / addon).rglob("*.py"):
        if "tests" in path.relative_to(REPOSITORY).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.split(".")[0])
    return modules


def pins():
    """Pinned distributions by file of requirements.

    :rtype: dict[str, set]
    """
    return {
        path.stem: {
            re.split(r"[=<>~!\[; ]", line)[0].lower()
            for line in path.read_text().splitlines()
            if line.strip() and not line.startswith("#")
        }
        for path in REQUIREMENTS.glob("*.txt")
    }


@pytest.mark.parametrize("addon", ADDONS)
def test_manifest_names_the_python_packages_that_are_imported_and_no_other(addon):
    manifest = ast.literal_eval(read(f"{addon}/__manifest__.py"))
    named = set(manifest.get("external_dependencies", {}).get("python", []))
    used = imported(addon)
    unused = {name for name in named if MODULES.get(name, name) not in used}
    assert not unused, "named but never imported"
    suite = {MODULES.get(name, name) for name in pins()["suite"]}
    assert suite & used <= {MODULES.get(name, name) for name in named}
    assert named <= pins()["suite"] | pins()["host"], "not pinned"


def test_readme_explains_every_python_package_of_the_suite():
    for name in READMES:
        rows = set(re.findall(r"^\| ([\w-]+) \|", read(name), re.M))
        assert pins()["suite"] <= rows


@pytest.mark.parametrize("addon", ADDONS)
def test_addons_are_built_by_whool(addon):
    project = (REPOSITORY / addon / "pyproject.toml").read_text()
    build = tomllib.loads(project)["build-system"]
    assert build == {"requires": ["whool"], "build-backend": "whool.buildapi"}
