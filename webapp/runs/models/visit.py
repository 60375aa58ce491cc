"""Who served generations, and when."""

from typing import Any

from django.db import models

from webapp.experts.engines import OPENAI
from webapp.experts.models import Expert


class Worker(models.Model):
    """One life of a gpu worker, or one endpoint's turn in an endpoints worker. It holds the
    advisory lock of its id as long as it lives.
    """

    class Kind(models.TextChoices):
        GPU = "gpu"  # loads experts on its machine, one at a time
        ENDPOINTS = "endpoints"  # asks servers elsewhere, beside all others

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GPU)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)
    # What keeps experts from loading though nothing is wrong with them, as webapp.queue.troubles
    # writes it: empty when nothing does.
    troubles = models.JSONField(default=list)


class Pulse(models.Model):
    """When a process of the product last came round in its loop."""

    name = models.CharField(max_length=300, primary_key=True)  # as Celery has it: gpu@host
    pid = models.PositiveIntegerField()
    seen = models.DateTimeField()


class GpuReading(models.Model):
    """What a GPU last said of itself; its machine's gpu workers write it every few seconds."""

    uuid = models.CharField(max_length=100, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()  # of the gpu worker that may use it
    gpu = models.JSONField()  # a webapp.machine.gpus.Gpu
    host_bytes = models.PositiveBigIntegerField()  # the machine's memory
    read = models.DateTimeField()

    class Meta:
        ordering = ["host", "uuid"]


class Visit(models.Model):
    """One stay of an expert on the GPU, or of an endpoint with the one who asks it."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="visits")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="visits")
    # The expert's when it began: what was loaded stays, whatever the expert is changed to.
    engine_key = models.CharField(max_length=64, db_index=True, editable=False, default="")
    engine = models.CharField(max_length=10, editable=False, default="")
    gpus = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)  # that it used
    started = models.DateTimeField(auto_now_add=True)
    loaded = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    busy_seconds = models.FloatField(default=0)  # with generations in flight
    generations = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(blank=True)
    # What the worker's GPUs took meanwhile, by their readings; null: their driver did not say.
    joules = models.FloatField(null=True)

    class Meta:
        ordering = ["pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            self.engine_key, self.engine = self.expert.engine_key, self.expert.engine
            self.gpus = self.expert.tensor_parallel_size
        super().save(*args, **kwargs)

    @property
    def is_endpoint(self) -> bool:
        return self.engine == OPENAI.name
