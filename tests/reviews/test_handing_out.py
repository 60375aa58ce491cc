"""Handing out: every item to as many people as wanted, to nobody twice, whoever asks when."""

import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.conftest import MakeSet, Messages
from tests.reviews.conftest import finished
from webapp.accounts.models import Role, Team, User
from webapp.experts.models import Pool
from webapp.keeping.deleting import delete, undo
from webapp.reviews import handing_out
from webapp.reviews.making import make
from webapp.reviews.models import Handout, Item, Queue, Review
from webapp.reviews.progress import progress_of
from webapp.reviews.saying import Said, withdraw
from webapp.runs.models import Answer, Run

RIGHT = Said(["right"])


def a_queue(
    run: Run, people: list[User], *, wanted: int = 1, size: int = 4, **more: object
) -> Queue:
    rows = run.answers.filter(question__row__lte=size)
    return make(Queue(team=run.team, name="Q", wanted=wanted, **more), people, rows)


def take(queue: Queue, person: User) -> Handout:
    found = handing_out.next_item(queue, person)
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
def test_twenty_reviewers_at_once(
    team: Team, pool: Pool, question_set: MakeSet, nobody_listens: Messages
) -> None:
    """They work as fast as they can, skip some, open some twice, and leave some for others."""
    run = finished(pool, question_set, 40)
    people = [User.objects.create_user(f"r{n}", team=team, role=Role.REVIEWER) for n in range(20)]
    queue = a_queue(run, people, wanted=3, size=40)
    problems: list[BaseException] = []

    def work(person: User, seed: int) -> None:
        draw = random.Random(seed)
        try:
            while (held := handing_out.next_item(queue, person)) is not None:
                again = handing_out.next_item(queue, person)
                assert again is not None and again.pk == held.pk, "what is in hand comes first"
                if held.skipped is None and draw.random() < 0.1:
                    handing_out.skip(held)
                    if draw.random() < 0.5:
                        continue
                    held.refresh_from_db()
                handing_out.finish(held.item, held.person, RIGHT)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(p, n)) for n, p in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    done = Handout.objects.exclude(done=None).values_list("item", "person")
    each = Counter(item for item, _ in done)
    assert set(each.values()) == {3} and len(each) == 40, "every item three times"
    assert len(set(done)) == 120, "nobody twice"
    assert list(Item.objects.values_list("done", flat=True)) == [3] * 40
    assert Review.objects.count() >= 120


@pytest.mark.django_db
def test_what_is_left_comes_back(run: Run, people: list[User]) -> None:
    ada, grace, _ = people
    queue = a_queue(run, people, size=1)
    held = take(queue, ada)
    assert handing_out.next_item(queue, grace) is None, "it is in hand"
    assert take(queue, ada) == held, "she resumes where she stopped"
    Handout.objects.update(until=timezone.now() - timedelta(minutes=1))
    theirs = take(queue, grace)
    assert theirs.item == held.item
    assert handing_out.next_item(queue, ada) is None
    assert handing_out.finish(theirs.item, theirs.person, RIGHT)
    assert not handing_out.finish(held.item, held.person, RIGHT), "too late to count"
    assert Review.objects.filter(person=ada).exists(), "but kept"
    assert Item.objects.get(queue=queue).done == 1


@pytest.mark.django_db
def test_who_is_late_counts_while_nobody_else_has_it(run: Run, people: list[User]) -> None:
    queue = a_queue(run, people, size=1)
    held = take(queue, people[0])
    Handout.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert handing_out.finish(held.item, held.person, RIGHT)
    held.refresh_from_db()
    before = held.until
    handing_out.keep(held)
    held.refresh_from_db()
    assert held.done and held.until == before, "what is done is kept no more"


@pytest.mark.django_db
def test_being_there_keeps_it(run: Run, people: list[User]) -> None:
    queue = a_queue(run, people, size=1)
    held = take(queue, people[0])
    Handout.objects.update(until=timezone.now() + timedelta(seconds=5))
    handing_out.keep(held)
    held.refresh_from_db()
    assert held.until > timezone.now() + timedelta(minutes=queue.minutes - 1)


@pytest.mark.django_db
def test_what_is_skipped_comes_last(run: Run, people: list[User]) -> None:
    ada = people[0]
    queue = a_queue(run, people, size=3)
    first = take(queue, ada)
    handing_out.skip(first)
    seen = []
    for _ in range(3):
        held = take(queue, ada)
        seen.append(held.item_id)
        handing_out.finish(held.item, held.person, RIGHT)
    assert seen[-1] == first.item_id and len(set(seen)) == 3
    assert handing_out.next_item(queue, ada) is None


@pytest.mark.django_db
def test_a_closed_queue_hands_out_nothing(run: Run, people: list[User]) -> None:
    ada = people[0]
    queue = a_queue(run, people, size=2)
    held = take(queue, ada)
    handing_out.finish(held.item, held.person, RIGHT)
    Queue.objects.update(closed=timezone.now())
    queue.refresh_from_db()
    assert handing_out.next_item(queue, ada) is None
    other = Item.objects.exclude(pk=held.item_id).get()
    assert handing_out.hold(other, ada) is None
    assert handing_out.hold(held.item, ada) == held, "what was said can be changed"


@pytest.mark.django_db
def test_the_most_useful_first(run: Run, people: list[User]) -> None:
    queue = a_queue(run, people, size=40)
    rows = Item.objects.filter(queue=queue).order_by("place").select_related("answer")
    stances = [item.answer.stances for item in rows]
    assert stances == sorted(stances, reverse=True) and stances[0] == 2
    lost = [item.answer.outcome == "none right" for item in rows if item.answer.stances == 1]
    assert lost == sorted(lost, reverse=True)


@pytest.mark.django_db
def test_what_went_to_somebody_else_is_not_taken_back(run: Run, people: list[User]) -> None:
    ada, grace, _ = people
    queue = a_queue(run, people, size=1)
    held = take(queue, ada)
    Handout.objects.update(until=timezone.now() - timedelta(minutes=1))
    theirs = take(queue, grace)
    handing_out.keep(held)
    held.refresh_from_db()
    assert held.until < timezone.now()
    assert handing_out.finish(theirs.item, grace, RIGHT)


@pytest.mark.django_db
def test_items_of_a_deleted_run_are_not_there(
    run: Run, people: list[User], pool: Pool, question_set: MakeSet, user: User
) -> None:
    other = finished(pool, question_set, 3, "validation")
    rows = Answer.objects.filter(run__in=[run, other], question__row__lte=2)
    queue = make(Queue(team=run.team, name="Q"), people, rows)
    ada = people[0]
    while take(queue, ada).item.answer.run_id != other.pk:
        handing_out.skip(take(queue, ada))
    deletion = delete(other, user)
    assert take(queue, ada).item.answer.run_id == run.pk
    assert progress_of(queue).items == 2
    undo(deletion, user)
    assert progress_of(queue).items == 4


@pytest.mark.django_db
def test_a_withdrawn_review_is_asked_for_again(run: Run, people: list[User]) -> None:
    ada, grace, _ = people
    queue = a_queue(run, people, size=1)
    held = take(queue, ada)
    handing_out.finish(held.item, ada, RIGHT)
    assert handing_out.next_item(queue, grace) is None
    withdraw(held.item.answer, ada)
    assert Item.objects.get(queue=queue).done == 0
    assert take(queue, grace).item == held.item
