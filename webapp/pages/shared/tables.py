"""Typed tables as files to be saved."""

from django.http import Http404, HttpResponse

from webapp.exports.tables import TABLE_FORMS, Table


def as_file(table: Table, form: str) -> HttpResponse:
    """Raises Http404 for a form that is none."""
    if form not in TABLE_FORMS:
        raise Http404
    kind = TABLE_FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{form}"'}
    return HttpResponse(kind.write(table), kind.kind, headers=headers)
