"""The form that tries an expert."""

from django import forms


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Loads the expert on the GPU and asks it this, as a run would.",
    )
