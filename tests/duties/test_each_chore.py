"""What the daemon looks after in each round."""

from gallra.duties.chores import CHORES


def test_each_is_looked_after_once():
    assert len(set(CHORES)) == len(CHORES)
