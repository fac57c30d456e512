"""Pages for those who administer; a module of views is known once it is named here."""

from . import activity, ended_session, guard, language_switch, refusals, setup
from .accounts import attempts, login, me, passkeys, people, resets, second_step
from .accounts.login_manager import start
from .assessment import assessment_list, beginning, draft, page_groups, seats
from .assessment.committee import (
    deciding_page,
    proposal_page,
    record_pages,
    record_signing_page,
    scoring_page,
)
from .assessment.examining import (
    analyses,
    ballot_statements,
    conferences,
    mine,
    sheet_office,
    sheet_page,
    statements,
    talk_notes,
    talks,
    year_end,
)
from .assessment.reports import evidence, queue, reporting
from .assessment.running import amendments, entries, entry_acts, periods
from .assessment.telling import archives, end_of_year, mending_tasks, outcome_editions, unit_letters
from .assessment.views import heat_page, task_pages, total_pages
from .assessment.visits import finding_pages, visit_pages, visit_plans
from .blueprint import blueprint
from .campaigns import campaign, campaign_list, codes, poster, taking_back, times, trials, turnout, wording
from .count import certificate, counting, shredding, signing
from .custody import arming, ceremonies, key_copy
from .operations import account_acts, health, jobs, log, protocol
from .paper import collecting, crops, guide, joint, printing, review, scanning, texts, trying
from .results import (
    comments,
    comparing,
    decisions,
    downloads,
    publishing,
    results,
    section_decisions,
    word_templates,
)
from .setup import preview
from .sms import channels, lists, sending
from .sms import texts as sms_texts

__all__ = [
    "account_acts",
    "activity",
    "amendments",
    "analyses",
    "archives",
    "arming",
    "assessment_list",
    "attempts",
    "ballot_statements",
    "beginning",
    "blueprint",
    "campaign",
    "campaign_list",
    "ceremonies",
    "certificate",
    "channels",
    "codes",
    "collecting",
    "comments",
    "comparing",
    "conferences",
    "counting",
    "crops",
    "deciding_page",
    "decisions",
    "downloads",
    "draft",
    "end_of_year",
    "ended_session",
    "entries",
    "entry_acts",
    "evidence",
    "finding_pages",
    "guard",
    "guide",
    "health",
    "heat_page",
    "jobs",
    "joint",
    "key_copy",
    "language_switch",
    "lists",
    "log",
    "login",
    "me",
    "mending_tasks",
    "mine",
    "outcome_editions",
    "page_groups",
    "passkeys",
    "people",
    "periods",
    "poster",
    "preview",
    "printing",
    "proposal_page",
    "protocol",
    "publishing",
    "queue",
    "record_pages",
    "record_signing_page",
    "refusals",
    "reporting",
    "resets",
    "results",
    "review",
    "scanning",
    "scoring_page",
    "seats",
    "second_step",
    "section_decisions",
    "sending",
    "setup",
    "sheet_office",
    "sheet_page",
    "shredding",
    "signing",
    "sms_texts",
    "start",
    "statements",
    "taking_back",
    "talk_notes",
    "talks",
    "task_pages",
    "texts",
    "times",
    "total_pages",
    "trials",
    "trying",
    "turnout",
    "unit_letters",
    "visit_pages",
    "visit_plans",
    "word_templates",
    "wording",
    "year_end",
]
