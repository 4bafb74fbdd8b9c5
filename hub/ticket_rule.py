"""What a ticket says of its number where the hall's file says nothing: true to what a missed one leads to."""

from hub.hall_file import RulesTable

DAY = "号码当日有效"


def rule_words(rules: RulesTable) -> str:
    """Return the rule of the hall's numbers in words, true to its ``no_show``; 58 mm of paper have room for it."""
    if rules.no_show == "back":
        return f"{DAY}，过号顺延{rules.no_show_calls}个号"
    if rules.no_show == "keep":
        return f"{DAY}，过号{rules.no_show_minutes:g}分钟内可恢复"
    return f"{DAY}，过号作废"
