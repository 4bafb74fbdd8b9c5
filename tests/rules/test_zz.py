from hypothesis import settings, Phase
from tests.rules.test_days import Days
Days.TestCase.settings = settings(max_examples=2500, stateful_step_count=50, deadline=None, phases=[Phase.generate], database=None)
TestD=Days.TestCase
