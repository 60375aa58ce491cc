"""Addresses of all pages, by the folders that serve them."""

from django.urls import URLPattern, path, register_converter

from webapp.pages.answer import views as answer
from webapp.pages.answer import views_review as reviews
from webapp.pages.comments import views as comments
from webapp.pages.comparison import views as comparison
from webapp.pages.comparison import views_several as several
from webapp.pages.contributions import views as contributions
from webapp.pages.costs import views as costs
from webapp.pages.experts import views as experts
from webapp.pages.experts import views_best as experts_best
from webapp.pages.experts import views_edit as experts_edit
from webapp.pages.exports import views as exports
from webapp.pages.golds import views_correct as golds_correct
from webapp.pages.golds import views_suspects as suspects
from webapp.pages.golds import views_versions as golds
from webapp.pages.history import views as history
from webapp.pages.history import views_saved as saved
from webapp.pages.home import views as home
from webapp.pages.live_run import views as live_run
from webapp.pages.live_run import views_about as about
from webapp.pages.live_run import views_again as live_run_again
from webapp.pages.live_run import views_rerun as rerun
from webapp.pages.log import views as log
from webapp.pages.new_run import views as new_run
from webapp.pages.people import views_join as joining
from webapp.pages.people import views_me as me
from webapp.pages.people import views_members as members
from webapp.pages.people import views_signing_in as signing_in
from webapp.pages.pools import views as pools
from webapp.pages.pools import views_advice as pools_advice
from webapp.pages.pools import views_edit as pools_edit
from webapp.pages.pools import views_routing as pools_routing
from webapp.pages.profiles import views as profiles
from webapp.pages.profiles import views_versions as profile_versions
from webapp.pages.question_sets import views as question_sets
from webapp.pages.question_sets import views_leaderboard as boards
from webapp.pages.question_sets import views_uploads as uploads
from webapp.pages.question_sets import views_use as use
from webapp.pages.queues import views as queues
from webapp.pages.queues import views_export as queue_exports
from webapp.pages.queues import views_verdicts as verdicts
from webapp.pages.queues import views_work as queue_work
from webapp.pages.recorded import views as recorded
from webapp.pages.reports import views as reports
from webapp.pages.results import views as results
from webapp.pages.scorers import views as scorers
from webapp.pages.shared.kinds import KindConverter
from webapp.pages.things import views as things

register_converter(KindConverter, "kind")

RUN = "runs/<int:pk>"
ANSWER = f"{RUN}/questions/<int:answer_pk>"
SET = "question-sets/<int:pk>"
QUEUE = "queues/<int:pk>"
UPLOAD = "question-sets/uploads/<int:pk>"
THING = "<kind:kind>/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("gpu", home.gpu, name="gpu"),
    #
    path("me", me.me, name="me"),
    path("me/display", me.display, name="me-display"),
    path("me/password", signing_in.password, name="me-password"),
    path("me/tokens", me.tokens, name="me-tokens"),
    path("me/tokens/<int:pk>/revoke", me.revoke, name="me-token-revoke"),
    path("me/sessions", signing_in.sessions, name="me-sessions"),
    path("me/sessions/<int:pk>/end", signing_in.end_session, name="me-session-end"),
    path("me/notices", me.notices, name="me-notices"),
    path("team/webhook", members.webhook, name="team-webhook"),
    path("me/team", me.switch, name="team-switch"),
    path("welcome", me.welcome, name="welcome"),
    path("join/<str:secret>", joining.join, name="join"),
    path("team", members.team_members, name="members"),
    path("team/invitations", members.invite_somebody, name="invite"),
    path("team/invitations/<int:pk>/withdraw", members.withdraw, name="invitation-withdraw"),
    path("team/members/<int:pk>/role", members.set_role, name="member-role"),
    path("team/members/<int:pk>/remove", members.remove, name="member-remove"),
    path("team/members/<int:pk>/new-password", members.reset, name="member-reset"),
    path("team/members/<int:pk>/active", members.set_active, name="member-active"),
    path("team/log", log.log, name="log"),
    path("team/log.csv", log.export, {"form": "csv"}, name="log-csv"),
    path("team/log.jsonl", log.export, {"form": "jsonl"}, name="log-jsonl"),
    #
    path("runs/", history.run_list, name="runs"),
    path("runs/history.json", history.history_figure, name="run-history"),
    path("runs/compare", comparison.compare, name="run-compare"),
    path("runs/compare/report.html", reports.comparison_report, name="compare-report"),
    path(
        "runs/compare/tables/<slug:name>.<slug:form>",
        reports.comparison_table,
        name="compare-table",
    ),
    path("costs/", costs.costs, name="costs"),
    path("costs/months.json", costs.costs_figure, name="costs-figure"),
    path("costs/tables/<slug:name>.<slug:form>", costs.costs_table, name="costs-table"),
    path("runs/compare/questions/<int:pk>", several.question, name="run-compare-question"),
    path("runs/views", saved.save_view, name="view-save"),
    path("runs/views/<int:pk>/rename", saved.rename_view, name="view-rename"),
    path("runs/views/<int:pk>/delete", saved.delete_view, name="view-delete"),
    #
    path(f"{THING}/rename", things.rename_thing, name="thing-rename"),
    path(f"{THING}/archive", things.archive_thing, name="thing-archive"),
    path(f"{THING}/delete", things.delete_thing, name="thing-delete"),
    path("deleted", things.deleted, name="deleted"),
    path("deleted/<int:pk>/undo", things.undo, name="deletion-undo"),
    #
    path("runs/new", new_run.new_run, name="run-new"),
    path("runs/offers", new_run.offers, name="run-offers"),
    path("runs/curve", new_run.curve, name="run-curve"),
    path("runs/curve.json", new_run.curve_figure, name="run-curve-figure"),
    path("runs/previews/<int:pk>", new_run.routing, name="run-routing"),
    path("runs/presets/<int:pk>/rename", new_run.rename_preset, name="run-preset-rename"),
    path("runs/presets/<int:pk>/delete", new_run.delete_preset, name="run-preset-delete"),
    #
    path(RUN, live_run.run_page, name="run"),
    path(f"{RUN}/live", live_run.run_live, name="run-live"),
    path(f"{RUN}/events", live_run.run_events, name="run-events"),
    path(f"{RUN}/flow.json", live_run.run_figure, name="run-figure"),
    path(f"{RUN}/timeline.json", live_run.run_timeline, name="run-timeline"),
    path(f"{RUN}/readings", live_run.run_readings, name="run-readings"),
    path(f"{RUN}/about", about.about, name="run-about"),
    path(f"{RUN}/star", about.star_run, name="run-star"),
    path(f"{RUN}/baseline", about.baseline, name="run-baseline"),
    path(f"{RUN}/cancel", live_run.cancel_run, name="run-cancel"),
    path(f"{RUN}/regrade", live_run_again.regrade_run, name="run-regrade"),
    path(f"{RUN}/scorer", scorers.of_run, name="run-scorer"),
    path(f"{RUN}/continue", live_run_again.continue_run, name="run-continue"),
    path(f"{RUN}/replace", rerun.replace_expert, name="run-replace"),
    path("reruns/<int:pk>/call-off", rerun.call_off, name="rerun-call-off"),
    path(f"{RUN}/retry", live_run_again.retry_run, name="run-retry"),
    path(f"{RUN}/responses.jsonl", recorded.export, name="run-responses"),
    path(f"{RUN}/seats.<str:form>", exports.run_seats, name="run-seats"),
    path(f"{RUN}/report.html", reports.run_report, name="run-report"),
    path(f"{RUN}/tables/<slug:name>.<slug:form>", reports.run_table, name="run-table"),
    path(f"{RUN}/costs", costs.run_costs, name="run-costs"),
    #
    path(f"{RUN}/questions", results.answers, name="answers"),
    path(f"{RUN}/experts", contributions.contributions, name="contributions"),
    path(f"{RUN}/experts/found", contributions.found, name="contributions-found"),
    path(f"{RUN}/lost", results.lost_page, name="lost"),
    path(f"{RUN}/lost.json", results.lost_figure, name="lost-figure"),
    path(f"{RUN}/lost/oracle", results.lost_oracle, name="lost-oracle"),
    #
    path(ANSWER, answer.answer, name="answer"),
    path(f"{ANSWER}/outputs/<int:generation_pk>/<slug:part>", answer.output, name="answer-output"),
    path(f"{RUN}/review", reviews.review_mode, name="run-review"),
    path(f"{ANSWER}/review", reviews.review, name="answer-review"),
    path(f"{ANSWER}/withdraw", reviews.withdraw, name="answer-withdraw"),
    path(f"{ANSWER}/ruling", reviews.rule, name="answer-rule"),
    path(f"{ANSWER}/ruling/withdraw", reviews.unrule, name="answer-unrule"),
    path(f"{ANSWER}/changes/<int:change_pk>/undo", reviews.undo, name="answer-undo"),
    path(f"{ANSWER}/comments", reviews.comment, name="answer-comment"),
    path(f"{ANSWER}/comments/<int:comment_pk>/delete", reviews.uncomment, name="uncomment"),
    #
    path(f"{RUN}/reviews.jsonl", queue_exports.of_run, name="run-reviews"),
    path("queues/", queues.queues, name="queues"),
    path("queues/new", queues.new_queue, name="queue-new"),
    path(QUEUE, queues.queue, name="queue"),
    path(f"{QUEUE}/edit", queues.edit_queue, name="queue-edit"),
    path(f"{QUEUE}/close", queues.close_queue, name="queue-close"),
    path(f"{QUEUE}/agreement", queues.agreement, name="queue-agreement"),
    path(f"{QUEUE}/reviews.jsonl", queue_exports.of_queue, name="queue-export"),
    path(f"{QUEUE}/next", queue_work.next_item, name="queue-next"),
    path(f"{QUEUE}/items/<int:item_pk>", queue_work.item, name="queue-item"),
    path(f"{QUEUE}/items/<int:item_pk>/skip", queue_work.skip, name="queue-skip"),
    path(f"{QUEUE}/items/<int:item_pk>/keep", queue_work.keep, name="queue-keep"),
    path("team/verdicts", verdicts.verdicts, name="verdicts"),
    path("team/verdicts/<int:pk>", verdicts.change, name="verdict-change"),
    path("team/verdicts/<int:pk>/retire", verdicts.retire, name="verdict-retire"),
    #
    path("comments/<str:kind>/<int:pk>", comments.comment, name="comment"),
    path("comments/<int:pk>/delete", comments.uncomment, name="comment-delete"),
    path("mine", comments.mine, name="mine"),
    path("mine/notices/<int:pk>", comments.notice, name="notice"),
    path("mine/read", comments.read_all, name="notices-read"),
    #
    path("recorded-responses/new", recorded.new_responses, name="recorded-new"),
    path("recorded-responses/look", recorded.look, name="recorded-look"),
    #
    path("experts/", experts.experts, name="experts"),
    path("experts/<int:pk>", experts.expert, name="expert"),
    path("experts/best", experts_best.best_at, name="expert-best"),
    path("experts/presets", experts_edit.presets, name="expert-presets"),
    path("experts/new", experts_edit.new_expert, name="expert-new"),
    path("experts/<int:pk>/edit", experts_edit.edit_expert, name="expert-edit"),
    #
    path("pools/", pools_edit.pools, name="pools"),
    path("pools/new", pools_edit.new_pool, name="pool-new"),
    path("pools/<int:pk>", pools.pool, name="pool"),
    path("pools/<int:pk>/edit", pools_edit.edit_pool, name="pool-edit"),
    path("pools/<int:pk>/replace", pools_edit.replace_expert, name="pool-replace"),
    path("pools/<int:pk>/advice", pools_advice.advice, name="pool-advice"),
    path("pools/<int:pk>/advice/found", pools_advice.advice_found, name="pool-advice-found"),
    path("pools/<int:pk>/advice.json", pools_advice.advice_figure, name="pool-advice-figure"),
    path("pools/<int:pk>/routing", pools_routing.routing, name="pool-routing"),
    path("pools/<int:pk>/routing/found", pools_routing.routing_found, name="pool-routing-found"),
    path("pools/<int:pk>/routing.json", pools_routing.routing_figure, name="pool-routing-figure"),
    path(
        "pools/<int:pk>/routing/table.<slug:form>",
        pools_routing.routing_table,
        name="pool-routing-table",
    ),
    path("pools/<int:pk>/asked", pools.asked, name="pool-asked"),
    path("pools/<int:pk>/profile", pools.build_profile, name="pool-profile"),
    #
    path("profiles/<int:pk>", profiles.profile, name="profile"),
    path("profiles/<int:pk>/report.html", reports.profile_report, name="profile-report"),
    path(
        "profiles/<int:pk>/tables/<slug:name>.<slug:form>",
        reports.profile_table,
        name="profile-table",
    ),
    path("profiles/<int:pk>/rank", profiles.rank_aggregators, name="profile-rank"),
    path("profiles/<int:pk>/propose", profile_versions.propose_version, name="profile-propose"),
    path("profiles/<int:pk>/proposal", profile_versions.proposal_page, name="profile-proposal"),
    path(
        "profiles/<int:pk>/proposal/found",
        profile_versions.proposal_found,
        name="profile-proposal-found",
    ),
    path("profiles/<int:pk>/cell", profiles.cell, name="profile-cell"),
    path("profiles/<int:pk>/changes", profiles.changes, name="profile-changes"),
    path("profiles/<int:pk>/experts", profiles.compare, name="profile-compare"),
    #
    path("question-sets/", question_sets.question_sets, name="question-sets"),
    path(SET, question_sets.question_set, name="question-set"),
    path(f"{SET}/benchmark", question_sets.change_benchmark, name="question-set-benchmark"),
    path(
        f"{SET}/questions/<int:question_pk>", question_sets.question, name="question-set-question"
    ),
    path(
        f"{SET}/questions/<int:question_pk>/gold",
        golds_correct.correct_gold,
        name="question-set-question-gold",
    ),
    path(
        f"{SET}/questions/<int:question_pk>/stands",
        suspects.gold_stands,
        name="question-set-question-stands",
    ),
    path(f"{SET}/golds", golds.golds, name="question-set-golds"),
    path(f"{SET}/golds/<int:number>/undo", golds.undo_version, name="question-set-gold-undo"),
    path(f"{SET}/regrade", golds.regrade_runs, name="question-set-regrade"),
    path(f"{SET}/questions.jsonl", golds.export, name="question-set-lines"),
    path(f"{SET}/suspects", suspects.suspects, name="question-set-suspects"),
    path(f"{SET}/suspects/found", suspects.found, name="question-set-suspects-found"),
    path(f"{SET}/leaderboard", boards.leaderboard, name="question-set-leaderboard"),
    path(f"{SET}/leaderboard/found", boards.found, name="question-set-leaderboard-found"),
    path(f"{SET}/scorer", scorers.of_set, name="question-set-scorer"),
    path(f"{SET}/used", use.set_used, name="question-set-used"),
    path(
        f"{SET}/questions/<int:question_pk>/used",
        use.question_used,
        name="question-set-question-used",
    ),
    path("question-sets/new", uploads.new_question_set, name="question-set-new"),
    path(UPLOAD, uploads.upload_page, name="question-set-upload"),
    path(f"{UPLOAD}/read", uploads.read_again, name="question-set-upload-read"),
    path(f"{UPLOAD}/answer", uploads.answer, name="question-set-upload-answer"),
    path(f"{UPLOAD}/use-saved", uploads.use_saved, name="question-set-upload-use-saved"),
    path(f"{UPLOAD}/store", uploads.store, name="question-set-upload-store"),
    path(f"{UPLOAD}/discard", uploads.discard, name="question-set-upload-discard"),
    path(f"{UPLOAD}/problems.csv", uploads.problems, name="question-set-upload-problems"),
]
