"""Words that carry no topic: they are left out of the lexical side."""

ENGLISH = frozenset(
    """
    a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing down during each few for from further had has have having he her here hers him his how i if in into is
    it its itself just me more most my myself no nor not of off on once only or other our ours out over own same she
    should so some such than that the their theirs them themselves then there these they this those through to too
    under until up us very was we were what when where which while who whom why will with would you your yours
    d ll m re s t ve don doesn didn isn aren wasn weren won wouldn couldn shouldn can't cannot
    """.split()
)

CHINESE = frozenset(
    "的 了 吗 呢 吧 啊 呀 嘛 着 之 与 及 和 或 而 且 在 于 是 也 就 都 很 这 那 哪 么 们 什 您 我 你 他 她 它".split()
)
"""Single characters; a bigram is left out only when both of its characters stand here."""
