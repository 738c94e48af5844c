"""Scripts are told apart by their characters."""

import pytest

from search.text.script import chinese_share, has_chinese, is_traditional, simplify, without_chinese


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0.0),
        ("2017-Q1: 42 %", 0.0),
        ("The discount is what they remember.", 0.0),
        ("客户觉得价格太高", 1.0),
        ("客户在 CRM", 0.75),
        ("Don't call 王", 1 / 3),
        ("𠮷野家", 1.0),
        ("カタカナ", 0.0),
    ],
)
def test_the_share_of_chinese_weighs_characters_against_words(text: str, share: float) -> None:
    """A Chinese character counts like a word in Latin letters; digits, punctuation and kana count for nothing."""
    assert chinese_share(text) == pytest.approx(share)
    assert has_chinese(text) is (share > 0)


def test_traditional_is_read_as_simplified() -> None:
    """Simplifying changes Traditional characters, and nothing else of a text."""
    assert simplify("客戶覺得 CRM 的價格太高，deal-42。") == "客户觉得 CRM 的价格太高，deal-42。"
    assert simplify("客户觉得价格太高") == "客户觉得价格太高"
    assert simplify("Nothing Chinese: naïve café") == "Nothing Chinese: naïve café"


def test_words_are_left_of_a_text_without_chinese() -> None:
    """Latin words, digits and identifiers stay, apart from each other; Chinese and its punctuation go."""
    assert without_chinese("客户问 SSO、SAML（2.0）能不能在trial期间打开，deal-42。") == "SSO SAML 2.0 trial deal-42"
    assert without_chinese("客户觉得价格太高。") == ""


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("客戶覺得價格太高", True),
        ("客户觉得价格太高", False),
        ("小王天天上班", False),
        ("乾坤科技公司的客户经理对合同条款还有疑问", False),
        ("我们引用了“客戶”这个词，其余的话都是按照大陆的习惯来书写和发布的", False),
        ("請問 SSO 的設定在哪裡", True),
        ("pricing", False),
        ("", False),
    ],
)
def test_traditional_needs_more_than_one_odd_character(text: str, traditional: bool) -> None:
    """A text is Traditional when more of its characters are Traditional alone than Simplified alone."""
    assert is_traditional(text) is traditional
