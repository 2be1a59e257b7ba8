"""The encoding of remote documents: what is declared, wrongly declared or not declared at all, and mojibake."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.parse.encoding.charset import Kind, decode_remote
from aggregator.parse.encoding.plausible import LOST, frequent, garbled, sense
from counted import calls

SIMPLIFIED = (
    "国家卫生健康委员会今天宣布，国家区域医疗中心建设项目在河南郑州开工。记者从现场了解到，该项目总投资三十亿元，设有一千二百"
    "张床位，预计两年以后建成开诊。专家认为，这将让当地群众在家门口就能看上好医生，减少跨省就医。随着改革不断深入，越来越多的"
    "优质医疗资源正在向中西部地区流动。“我们希望患者不用再跑北京、上海。”一位负责人说。医院还将与高校合作，培养更多专科人才"
    "，推动临床研究和技术创新，为人民群众提供更加便捷的健康服务。此外，医院也会加强信息化建设，利用互联网开展远程会诊，让基层"
    "患者受益。"
)
TRADITIONAL = (
    "國家衛生健康委員會今天宣佈，國家區域醫療中心建設項目在河南鄭州開工。記者從現場瞭解到，該項目總投資三十億元，設有一千二百"
    "張床位，預計兩年以後建成開診。專家認為，這將讓當地群眾在家門口就能看上好醫生，減少跨省就醫。隨著改革不斷深入，越來越多的"
    "優質醫療資源正在向中西部地區流動。“我們希望患者不用再跑北京、上海。”一位負責人說。醫院還將與高校合作，培養更多專科人才"
    "，推動臨床研究和技術創新，為人民群眾提供更加便捷的健康服務。此外，醫院也會加強信息化建設，利用互聯網開展遠程會診，讓基層"
    "患者受益。"
)
RARE = SIMPLIFIED + "院士䶮、𬱖、𠮷田与㐀等出席。"
"""With characters that GB 18030 writes in four bytes."""

CASES = {
    "GBK": (SIMPLIFIED, "gbk"),
    "GB 2312": (SIMPLIFIED, "gb2312"),
    "GB 18030": (RARE, "gb18030"),
    "GBK, traditional": (TRADITIONAL, "gbk"),
    "Big5": (TRADITIONAL, "big5"),
    "UTF-8": (RARE, "utf-8"),
    "UTF-16 LE": (RARE, "utf-16-le"),
    "UTF-16 BE": (RARE, "utf-16-be"),
    "UTF-16 LE with a mark": ("\ufeff" + RARE, "utf-16-le"),
    "UTF-16 BE with a mark": ("\ufeff" + RARE, "utf-16-be"),
}
NAMES = ["", "gbk", "gb2312", "big5", "utf-8", "iso-8859-1", "utf-16", "windows-1251", "euc-jp", "shift_jis", "no-such"]


def a_feed(text: str, declared: str = "", *, titles_only: bool = False) -> str:
    """A document that begins with a mark if its text does."""
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    encoding = f' encoding="{declared}"' if declared else ""
    body = "" if titles_only else f"<description>{text}</description>"
    items = f"<item><title>{text[:24]}</title>{body}</item>"
    return f'{mark}<?xml version="1.0"{encoding}?>\n<rss version="2.0"><channel>{items}</channel></rss>'


def header(name: str) -> str:
    return f"text/xml; charset={name}" if name else "text/xml"


@pytest.mark.parametrize("declared", NAMES)
@pytest.mark.parametrize(("text", "encoding"), CASES.values(), ids=CASES)
def test_whatever_header_and_declaration_say_the_text_comes_out_right(text: str, encoding: str, declared: str) -> None:
    assert len(text) >= 200
    for named in NAMES:
        document = a_feed(text, declared)
        assert decode_remote(document.encode(encoding), header(named), "xml").text == document.removeprefix("\ufeff")


@pytest.mark.parametrize("declared", NAMES)
@pytest.mark.parametrize(("text", "encoding"), CASES.values(), ids=CASES)
def test_a_feed_of_titles_is_enough(text: str, encoding: str, declared: str) -> None:
    document = a_feed(text, declared, titles_only=True)
    for named in ("", "gbk", "utf-8", "big5", "iso-8859-1"):
        assert decode_remote(document.encode(encoding), header(named), "xml").text == document.removeprefix("\ufeff")


OTHERS = {
    "windows-1251": "Сегодня в Москве открылась выставка современной медицины, сообщили организаторы.",
    "koi8-r": "Сегодня в Москве открылась выставка современной медицины, сообщили организаторы.",
    "iso-8859-1": "Le résumé a été envoyé à l'élève dès l'été dernier, près du théâtre.",
    "windows-1252": "“Größe” und übermäßige Gebühren: die Bürger ärgern sich – häufig.",
    "euc-jp": "日本の首相は今日、東京で会見を開いた。経済について話した。",
    "shift_jis": "日本の首相は今日、東京で会見を開いた。経済について話した。",
    "euc-kr": "한국어 뉴스입니다. 오늘 서울에서 회의가 열렸다.",
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("encoding", "text"), OTHERS.items())
def test_other_languages_are_not_taken_for_chinese(encoding: str, text: str, named: bool) -> None:
    document = a_feed(text, encoding if named else "")
    assert decode_remote(document.encode(encoding), "", "xml").text == document


@pytest.mark.parametrize(
    ("body", "media_type", "kind", "detail"),
    [
        (a_feed(SIMPLIFIED, "utf-8").encode(), header("utf-8"), "xml", None),
        (a_feed(SIMPLIFIED).encode(), "", "xml", None),
        (a_feed(SIMPLIFIED, "gbk").encode("gb18030"), header("gb2312"), "xml", None),
        (a_feed("plain", "gbk").encode(), header("big5"), "xml", None),
        (a_feed(SIMPLIFIED, "utf-8").encode(), header("gbk"), "xml", "header says gbk; it is utf-8"),
        (a_feed(SIMPLIFIED, "gbk").encode(), "", "xml", "declaration says gbk; it is utf-8"),
        (a_feed(SIMPLIFIED).encode("gbk"), "", "xml", "none is declared; it is gb18030"),
        (
            a_feed(TRADITIONAL, "UTF-8").encode("big5"),
            header("gbk"),
            "xml",
            "header says gbk, declaration says utf-8; it is cp950",
        ),
        (f'<meta charset="gbk"><p>{SIMPLIFIED}'.encode(), "", "html", "meta says gbk; it is utf-8"),
        (f'<meta http-equiv=x content="text/html; charset=gb2312"><p>{SIMPLIFIED}'.encode("gbk"), "", "html", None),
        (f'{{"title": "{SIMPLIFIED}"}}'.encode("utf-16-le"), "", "json", None),
    ],
)
def test_what_was_declared_wrongly_is_told(body: bytes, media_type: str, kind: Kind, detail: str | None) -> None:
    repairs = decode_remote(body, media_type, kind).repairs
    assert [(repair.code, repair.detail) for repair in repairs] == ([("encoding", detail)] if detail else [])


def test_hong_kong_characters_of_big5() -> None:
    text = TRADITIONAL + "佢哋喺度瞓覺，嘅嚿嘢唔係好嘥啫。"
    document = a_feed(text, "big5")
    assert decode_remote(document.encode("big5hkscs"), "", "xml").text == document


def test_a_damaged_character_costs_no_more_than_itself() -> None:
    body = a_feed(SIMPLIFIED, "utf-8").encode().replace("开诊".encode(), "开".encode() + b"\xe8\xaf", 1)
    decoded = decode_remote(body, header("utf-8"), "xml")
    assert decoded.text == a_feed(SIMPLIFIED, "utf-8").replace("开诊", "开\ufffd", 1)


def test_line_ends_and_control_characters() -> None:
    decoded = decode_remote("<a>甲的\r\n乙\r丙\x00\x1b\ufffe丁，一二三四五六七八九十</a>".encode(), "", "xml")
    assert decoded.text == "<a>甲的\n乙\n丙丁，一二三四五六七八九十</a>"
    assert [(repair.code, repair.detail) for repair in decoded.repairs] == [("control-chars", "3 dropped")]


@pytest.mark.parametrize("name", ["idna", "zlib", "rot13", "unicode_escape", "utf-7", "undefined", "x" * 39, "\0"])
def test_a_name_that_is_no_encoding_of_documents_is_never_used(name: str) -> None:
    document = a_feed(SIMPLIFIED)
    assert decode_remote(document.encode("gbk"), f"text/xml; charset={name}", "xml").text == document


WRONG = [
    ("utf-8", "latin-1"),
    ("utf-8", "cp1252"),
    ("utf-8", "gb18030"),
    ("utf-8", "gbk"),
    ("utf-8", "cp950"),
    ("gbk", "latin-1"),
    ("gbk", "cp950"),
    ("big5", "latin-1"),
    ("big5", "gb18030"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_mojibake_is_refused(right: str, wrong: str) -> None:
    text = TRADITIONAL if right == "big5" else SIMPLIFIED
    spoilt = text.encode(right).decode(wrong, "ignore")
    assert garbled(spoilt)
    with pytest.raises(RejectedError) as caught:
        decode_remote(a_feed(spoilt, "utf-8").encode(), header("utf-8"), "xml")
    assert caught.value.code == "mojibake"


@pytest.mark.parametrize(
    "spoilt",
    [
        "ä¸­å›½",
        "涓浗浜烘皯鍏卞拰鍥�",
        "锟斤拷锟斤拷锟斤拷",
        "国家\ufffd\ufffd\ufffd卫生\ufffd\ufffd委员\ufffd",
        "ÖÐ»ªÈËÃñ¹²ºÍ¹ú",
        "Ã©tÃ© Ã©lÃ¨ve",
    ],
)
def test_short_mojibake_is_known(spoilt: str) -> None:
    assert garbled(spoilt)


GOOD = [
    SIMPLIFIED,
    TRADITIONAL,
    RARE,
    "鄱阳、醴陵、邢台",
    "涓涓细流，滢滢泪光",
    "渭源 洮河 泾川 沭阳 汨罗",
    "氦氖氩氪氙氡锂铍钠镁铝钾钙",
    "溥仪 婉容 慈禧 瑾妃 珍妃 隆裕",
    "饕餮、魑魅魍魉、貔貅、麒麟",
    "日本の首相は今日、東京で会見を開いた。",
    "大谷翔平 佐藤琢磨 渡邊恒雄 齋藤學",
    "Le résumé à été déjà envoyé, naïveté, œuvre, élève",
    "ÀÉÎÕÜ — Größe, Übermaß, ÄÖÜ",
    "Tiếng Việt là ngôn ngữ của người Việt",
    "Ωμέγα και άλφα",
    "Привет, мир! Это новости.",
    "한국어 뉴스입니다",
    "××××年××月，“——……——”··········",
    "def price(x): return f'€{x:.2f}'  # ½ ± ² ° «»",
    "»»»»»»»»°°°°°°",
    "One \ufffd lost, two \ufffd lost, three \ufffd lost, and yet all of it can be read by everybody who wants to.",
    "He didnâ€™t say a word of it to anybody in the house, and went out into the garden to look at the roses there.",
]

ICONS = "".join(map(chr, (*range(0xE600, 0xE614), *range(0xF000, 0xF014), *range(0xE900, 0xE914))))
"""Signs of private use, as icon fonts have them."""
ODD = {
    "icons before words": " ".join(f"{icon} Share" for icon in ICONS),
    "icons before Chinese words": " ".join(f"{icon} 首页" for icon in ICONS),
    "icons beside rare names": f"{ICONS[:12]} 昱晟 瑾瑜 颖珂 锋磊",
    "icons beside accents": " ".join(f"{icon} größer déjà" for icon in ICONS[:20]),
    "one icon": "\uf8ff Event 发布会",
    "a word lost": "Hot news \ufffd\ufffd\ufffd\ufffd today",
    "a picture lost between Chinese": "新品\ufffd\ufffd\ufffd\ufffd上市",
    "signs of money lost": "Prices: \ufffd 10, \ufffd 20, \ufffd 30",
    "emoji": "👩\u200d👩\u200d👧🇨🇳🏳️\u200d🌈🔥🔥🔥",
    "box drawing": "┌──┬──┐\n│ab│cd│\n├──┼──┤\n└──┴──┘",
    "letters of mathematics": "𝒜𝓑𝔸𝕏 𝐇𝐞𝐥𝐥𝐨 ∀x∈ℝ ∃y: x≤y ⇒ ∑ᵢ αᵢ",
    "phonetics": "/ˌɪntəˈnæʃənəl/ [ʃəˈɹiːk] ðə kwɪk bɹaʊn fɒks",
    "marks that combine": "Z\u0338\u034e\u0313a\u0335\u031b\u035al\u0336\u033b\u0313g\u0337\u0322\u0308",
    "faces": "(╯°□°)╯︵ ┻━┻ ¯\\_(ツ)_/¯ ʕ•ᴥ•ʔ",
    "braille": "⠓⠑⠇⠇⠕ ⠺⠕⠗⠇⠙",
    "rare scripts": "བཀྲ་ཤིས་བདེ་ལེགས ᠮᠣᠩᠭᠣᠯ ꆈꌠꁱꂷ გამარჯობა",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_icons_and_odd_signs_are_no_mojibake(text: str) -> None:
    assert garbled(text) == ""
    assert decode_remote(a_feed(text, "utf-8").encode(), header("utf-8"), "xml").text == a_feed(text, "utf-8")


@pytest.mark.parametrize("text", [SIMPLIFIED, *OTHERS.values(), *(odd for odd in ODD.values() if LOST not in odd)])
def test_a_damaged_byte_does_not_make_utf8_another_encoding(text: str) -> None:
    document = a_feed(text, "utf-8").encode().replace(b"</title>", b" \xe8\xaf</title>", 1)
    decoded = decode_remote(document, header("utf-8"), "xml")
    assert (decoded.encoding, decoded.text) == ("utf-8", document.decode("utf-8", "replace"))


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_never_called_mojibake(text: str) -> None:
    assert garbled(text) == ""
    assert decode_remote(a_feed(text, "utf-8").encode(), header("utf-8"), "xml").text == a_feed(text, "utf-8")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.integers(2, 60), st.sampled_from([SIMPLIFIED, TRADITIONAL]))
def test_no_part_of_good_text_is_called_mojibake(start: int, length: int, text: str) -> None:
    assert garbled(text[start : start + length]) == ""


def test_chinese_makes_sense_and_garbage_does_not() -> None:
    for text in (SIMPLIFIED, TRADITIONAL):
        assert sense(text) > 0.9
        assert frequent(text) > 0.85
        assert sense(text.encode("utf-8").decode("gb18030", "replace")) < 0.4
    assert sense("plain") == 1.0


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(NAMES), st.sampled_from(["xml", "html", "json"]))
def test_any_bytes_are_text_or_rejected(body: bytes, name: str, kind: Kind) -> None:
    try:
        text = decode_remote(body, header(name), kind).text
    except RejectedError as error:
        assert error.code in {"not-text", "mojibake"}  # noqa: PT017 - most bytes are text
        return
    assert not {"\r", "\0"} & set(text)
    text.encode()


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["C"], exclude_characters="\ufffd\u2028\u2029"), max_size=50),
    st.sampled_from([codecs.BOM_UTF8 + b"utf-8", b"utf-8", codecs.BOM_UTF16_LE + b"utf-16-le"]),
)
def test_any_text_survives_beside_chinese(text: str, marked: bytes) -> None:
    encoding = marked[-9:].decode("latin-1").lstrip("ÿþï»¿")
    document = f"<a>{SIMPLIFIED}{text}</a>"
    mark = marked.removesuffix(encoding.encode())
    assert decode_remote(mark + document.encode(encoding), header("gbk"), "xml").text == document


@pytest.mark.parametrize("before", [b"<a>", b"<a>" + bytes(range(0x80, 0x100)) * 10], ids=["plain", "odd"])
@pytest.mark.parametrize("stated", ["", "utf-8"])
def test_two_megabytes_in_any_encoding_take_no_more_steps_than_one(before: bytes, stated: str) -> None:
    """A sample tells the encoding."""
    body = SIMPLIFIED.encode("gbk")
    content_type = header(stated) if stated else ""

    def steps(times: int) -> int:
        return calls(lambda: decode_remote(before + body * times, content_type, "xml"))

    steps(10)
    assert steps(4_000) <= steps(2_000) + 100
