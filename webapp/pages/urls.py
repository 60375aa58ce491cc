"""Addresses of all pages, by the folders that serve them."""

from django.urls import URLPattern, path

from webapp.pages.answer import views as answer
from webapp.pages.answer import views_review as reviews
from webapp.pages.comparison import views as comparison
from webapp.pages.experts import views as experts
from webapp.pages.experts import views_edit as experts_edit
from webapp.pages.history import views as history
from webapp.pages.home import views as home
from webapp.pages.live_run import views as live_run
from webapp.pages.live_run import views_again as live_run_again
from webapp.pages.new_run import views as new_run
from webapp.pages.people import views_join as joining
from webapp.pages.people import views_me as me
from webapp.pages.people import views_members as members
from webapp.pages.people import views_signing_in as signing_in
from webapp.pages.pools import views as pools
from webapp.pages.pools import views_edit as pools_edit
from webapp.pages.profiles import views as profiles
from webapp.pages.question_sets import views as question_sets
from webapp.pages.question_sets import views_uploads as uploads
from webapp.pages.question_sets import views_use as use
from webapp.pages.recorded import views as recorded
from webapp.pages.results import views as results
from webapp.pages.scorers import views as scorers

RUN = "runs/<int:pk>"
ANSWER = f"{RUN}/questions/<int:answer_pk>"
SET = "question-sets/<int:pk>"
UPLOAD = "question-sets/uploads/<int:pk>"

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
    #
    path("runs/", history.run_list, name="runs"),
    path("runs/history.json", history.history_figure, name="run-history"),
    path("runs/compare", comparison.compare, name="run-compare"),
    #
    path("runs/new", new_run.new_run, name="run-new"),
    path("runs/previews/<int:pk>", new_run.routing, name="run-routing"),
    path("runs/presets/<int:pk>/delete", new_run.delete_preset, name="run-preset-delete"),
    #
    path(RUN, live_run.run_page, name="run"),
    path(f"{RUN}/live", live_run.run_live, name="run-live"),
    path(f"{RUN}/events", live_run.run_events, name="run-events"),
    path(f"{RUN}/flow.json", live_run.run_figure, name="run-figure"),
    path(f"{RUN}/timeline.json", live_run.run_timeline, name="run-timeline"),
    path(f"{RUN}/readings", live_run.run_readings, name="run-readings"),
    path(f"{RUN}/cancel", live_run.cancel_run, name="run-cancel"),
    path(f"{RUN}/regrade", live_run_again.regrade_run, name="run-regrade"),
    path(f"{RUN}/scorer", scorers.of_run, name="run-scorer"),
    path(f"{RUN}/continue", live_run_again.continue_run, name="run-continue"),
    path(f"{RUN}/retry", live_run_again.retry_run, name="run-retry"),
    path(f"{RUN}/responses.jsonl", recorded.export, name="run-responses"),
    #
    path(f"{RUN}/questions", results.answers, name="answers"),
    path(f"{RUN}/lost", results.lost_page, name="lost"),
    path(f"{RUN}/lost.json", results.lost_figure, name="lost-figure"),
    #
    path(ANSWER, answer.answer, name="answer"),
    path(f"{RUN}/review", reviews.review_mode, name="run-review"),
    path(f"{ANSWER}/review", reviews.review, name="answer-review"),
    path(f"{ANSWER}/withdraw", reviews.withdraw, name="answer-withdraw"),
    path(f"{ANSWER}/reviews/<int:review_pk>/settle", reviews.settle, name="answer-settle"),
    path(f"{ANSWER}/comments", reviews.comment, name="answer-comment"),
    path(f"{ANSWER}/comments/<int:comment_pk>/delete", reviews.uncomment, name="uncomment"),
    #
    path("recorded-responses/new", recorded.new_responses, name="recorded-new"),
    path("recorded-responses/look", recorded.look, name="recorded-look"),
    #
    path("experts/", experts.experts, name="experts"),
    path("experts/<int:pk>", experts.expert, name="expert"),
    path("experts/presets", experts_edit.presets, name="expert-presets"),
    path("experts/new", experts_edit.new_expert, name="expert-new"),
    path("experts/<int:pk>/edit", experts_edit.edit_expert, name="expert-edit"),
    #
    path("pools/", pools_edit.pools, name="pools"),
    path("pools/new", pools_edit.new_pool, name="pool-new"),
    path("pools/<int:pk>", pools.pool, name="pool"),
    path("pools/<int:pk>/edit", pools_edit.edit_pool, name="pool-edit"),
    path("pools/<int:pk>/profile", pools.build_profile, name="pool-profile"),
    #
    path("profiles/<int:pk>", profiles.profile, name="profile"),
    path("profiles/<int:pk>/rank", profiles.rank_aggregators, name="profile-rank"),
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
