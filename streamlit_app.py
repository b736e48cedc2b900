"""The entry, started by ``streamlit run streamlit_app.py``: pages, sign-in, health, surveys, public data, downloads."""

import streamlit as st
from starlette.middleware import Middleware

from app import answering, downloads, public_data, server, signing_in, signing_up

app = st.App(
    "app/main.py",
    lifespan=server.lifespan,
    routes=[
        *server.ROUTES,
        *signing_in.ROUTES,
        *signing_up.ROUTES,
        *answering.ROUTES,
        *public_data.ROUTES,
        *downloads.ROUTES,
    ],
    middleware=[Middleware(server.Headers)],
)
