"""What citizens ask for at the rating pad (好差评, M22)."""

from hub.rules.command import AtCounter


class Rate(AtCounter, frozen=True, kw_only=True):
    """A citizen judges the service that has just ended. level: 5 非常满意 to 1 非常不满意 (M22)."""

    level: int


class NameAspect(AtCounter, frozen=True, kw_only=True):
    """After a low rating he says what it was. aspect: 1 警容风纪, 2 工作态度, 3 服务质量, 4 办事效率 (M22)."""

    aspect: int
