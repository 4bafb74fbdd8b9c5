"""What a ticket says of its number where the hall's file says nothing: true to what a missed one leads to."""

from hub.hall_file import RulesTable

DAY = "号码当日有效"


def rule_words(rules: RulesTable) -> str:
    """Return the rule of the hall's numbers in words, true to its ``no_show``."""
    if rules.no_show == "back":
        over = "再次过号作废" if rules.no_show_again == 1 else f"过号超过{rules.no_show_again}次作废"
        return f"{DAY}，过号顺延{rules.no_show_calls}个号，{over}"
    if rules.no_show == "keep":
        return f"{DAY}，过号请在{rules.no_show_minutes:g}分钟内告知工作人员"
    return f"{DAY}，过号作废"
