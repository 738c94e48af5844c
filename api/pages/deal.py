"""The story of a deal: its timeline, and what each event moved."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import HouseHere, ScopeHere, ViewHere, company_zone
from api.site.stages import Stages
from api.site.templates import page
from services.view import LATEST
from streams.answers.documents import of_deal
from streams.answers.names import names_of, titles_of
from streams.answers.story import story

router = APIRouter(include_in_schema=False)


@router.get("/deals/{deal}", response_class=HTMLResponse)
def deal_page(request: Request, deal: str, house: HouseHere, scope: ScopeHere, view: ViewHere) -> HTMLResponse:
    """Show the story of a deal."""
    told = story(house.questions, deal, scope, view, house.secret)
    connection = house.questions.connection()
    with house.questions.cut(LATEST) as cut:
        stages = Stages(cut.organisation.pipelines)
        about = of_deal(cut, told.id, scope)
    subjects = [f"deal/{told.id}", f"account/{told.deal.account}"]
    titles = titles_of(connection, subjects)
    return page(
        request,
        "deal.html",
        story=told,
        title=titles.get(subjects[0], told.id),
        account=titles.get(subjects[1], told.deal.account),
        names=names_of(connection),
        stages=stages,
        about=about,
        zone=company_zone(house),
    )
