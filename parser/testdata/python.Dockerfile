FROM python:3.12-slim

LABEL maintainer="someone@example.com" \
      version="1.0" \
      description="A web service with \"quotes\" in its label"

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1
ENV LANG C.UTF-8

RUN apt-get update && apt-get install -y --no-install-recommends \
        # for psycopg
        libpq-dev \
        gcc \

        # for the health check
        curl \
    && rm -rf /var/lib/apt/lists/*

RUN groupadd -r app && useradd -r -g app -d /home/app -m app
WORKDIR /home/app
COPY --chown=app:app requirements.txt .
RUN pip install -r requirements.txt
COPY --chown=app:app . .
USER app
EXPOSE 8000/tcp 8001
ENTRYPOINT ["gunicorn", "--bind", "0.0.0.0:8000"]
CMD ["app:main"]
