"""Documents that may say already what somebody is about to write, from the same index and ranking as search."""

from collections.abc import Sequence

from api.knowledge.experts import KINDS
from api.searching.asking import AskSearch, Found, search_for
from api.searching.plain import plain
from api.wiring import House
from search.ranking.fusion import is_good
from services.scope import Scope

SHOWN_MAX = 3
LETTERS_MAX = 400
"""Of a draft its title and so much of its beginning are looked for; what follows is seldom what it is about."""
LETTERS_MIN = 4


def alike_documents(house: House, scope: Scope, title: str, text: str, *, but: str = "") -> Sequence[Found]:
    """Return what an asker may read that comes near to a draft, the nearest first; `but` is the draft's own id.

    Only what search would call a good find, for whoever writes should not be stopped by chance.
    """
    wanted = f"{title.strip()}\n{plain(text[: 4 * LETTERS_MAX], title)}".strip()[:LETTERS_MAX]
    if len(wanted) < LETTERS_MIN:
        return ()
    # What is old is no less there already.
    ask = AskSearch(text=wanted, filters={"kind": KINDS}, limit=SHOWN_MAX + 1, aged=False)
    told = search_for(house.search, house.questions, ask, scope)
    found = [
        one
        for one in told.found
        if one.document is not None
        and one.document.id != but
        and not one.document.state.archived
        and is_good(one.hit.score, told.answer.language, across=one.hit.why.across)
    ]
    return found[:SHOWN_MAX]
