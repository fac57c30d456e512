"""Pages for those who administer; a module of views is known once it is named here."""

from . import activity, ended_session, guard, language_switch, refusals, setup
from .accounts import attempts, login, me, passkeys, people, resets, second_step
from .accounts.login_manager import start
from .assessment import assessment_list, beginning, draft, page_groups, seats
from .assessment.examining import finding_pages, visit_pages, visit_plans
from .assessment.reports import evidence, queue, reporting
from .assessment.views import heat_page, task_pages, total_pages
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

__all__ = [
    "account_acts",
    "activity",
    "arming",
    "assessment_list",
    "attempts",
    "beginning",
    "blueprint",
    "campaign",
    "campaign_list",
    "ceremonies",
    "certificate",
    "codes",
    "collecting",
    "comments",
    "comparing",
    "counting",
    "crops",
    "decisions",
    "downloads",
    "draft",
    "ended_session",
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
    "log",
    "login",
    "me",
    "page_groups",
    "passkeys",
    "people",
    "poster",
    "preview",
    "printing",
    "protocol",
    "publishing",
    "queue",
    "refusals",
    "reporting",
    "resets",
    "results",
    "review",
    "scanning",
    "seats",
    "second_step",
    "section_decisions",
    "setup",
    "shredding",
    "signing",
    "start",
    "taking_back",
    "task_pages",
    "texts",
    "times",
    "total_pages",
    "trials",
    "trying",
    "turnout",
    "visit_pages",
    "visit_plans",
    "word_templates",
    "wording",
]
