"""The entry, started by ``streamlit run streamlit_app.py``: pages, sign-in, health, surveys, public data, downloads."""

import streamlit as st
from starlette.middleware import Middleware

from app import (
    accessibility_page,
    answering,
    downloads,
    headers,
    heard,
    lost_line,
    metrics,
    privacy_page,
    public_data,
    server,
    signing_in,
    signing_up,
)

app = st.App(
    "app/main.py",
    lifespan=server.lifespan,
    routes=[
        *server.ROUTES,
        *metrics.ROUTES,
        *heard.ROUTES,
        *accessibility_page.ROUTES,
        *signing_in.ROUTES,
        *signing_up.ROUTES,
        *answering.ROUTES,
        *privacy_page.ROUTES,
        *public_data.ROUTES,
        *downloads.ROUTES,
    ],
    middleware=[Middleware(headers.Headers), Middleware(lost_line.LostLine)],
)
