"""A person's own data as one file: a page to read, and the same as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from app.text import markup
from data.clock import moment
from data.own_data import OwnData, Rows, own_data
from data.permission import Actor
from data.phrases import Lang, say
from data.privacy import holdings
from data.store import Store

_STYLE = """body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; } table { border-collapse: collapse; }
th, td { border: 1px solid #7b8c94; padding: .25rem .5rem; text-align: left; vertical-align: top; max-width: 40rem;
overflow-wrap: anywhere; white-space: pre-wrap; }"""


def own_data_file(store: Store, actor: Actor, account: int, lang: Lang) -> bytes:
    """A ZIP file with everything that is stored about the actor. Raises as :func:`data.own_data.own_data`."""
    found, name = own_data(store, actor, account), say("personal_data.file", lang)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.html", _readable(found, lang))
        archive.writestr(f"{name}.json", found.as_json())
    return content.getvalue()


def _readable(found: OwnData, lang: Lang) -> str:
    title = markup(say("personal_data.own", lang))
    about = say("personal_data.made_at", lang, at=moment(found.at, lang), number=str(found.account))
    body = "".join(_table(one, lang) for one in found.tables)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{markup(about)}</p>{body}</body></html>"
    )


def _table(one: Rows, lang: Lang) -> str:
    holding = next(each.told("name", lang) for each in holdings() if each.key == one.holding)
    heading = say("personal_data.rows", lang, holding=holding, table=one.table, count=len(one.rows))
    head = "".join(f'<th scope="col">{markup(name)}</th>' for name in one.rows[0])
    rows = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row.values())}</tr>" for row in one.rows)
    return f"<h2>{markup(heading)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    """A value as text; JSON is set out line by line."""
    text = "" if value is None else str(value)
    if text.startswith(("{", "[")):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    return markup(text)
