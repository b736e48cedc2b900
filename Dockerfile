# A container of the program; docs/run-container.md says how it is started. The data lie in a volume, never in the image.
FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /opt/ringvirk ringvirk && install -d -o ringvirk -m 700 /data
WORKDIR /opt/ringvirk
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY streamlit_app.py pyproject.toml LICENSE ./
COPY .streamlit/config.toml .streamlit/
COPY app app
COPY data data
COPY fund fund
COPY impact impact
COPY docs/method.md docs/method.en.md docs/
ENV RINGVIRK_DATA=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER ringvirk
VOLUME /data
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
