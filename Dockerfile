# The same pins as the demo and the tests. Build: docker compose build
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl dumb-init \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 50000 --gid 0 airflow

ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/airflow/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER=/opt/airflow/include/mappings \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /opt/airflow
# requirements-amazon.txt adds S3, requirements-kubernetes.txt S3 and KubernetesExecutor.
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-amazon.txt requirements-kubernetes.txt requirements.in pyproject.toml LICENSE ./
# setuptools builds this package below; only the longer lists have its pin.
RUN pip install --no-cache-dir --no-deps -r ${REQUIREMENTS} "$(grep ^setuptools== requirements-kubernetes.txt)"
COPY plugins ./plugins
# Airflow writes airflow.cfg, with new secrets in it, unless it is there; settings come from the environment.
# Editable from the root: that alone makes Airflow find the connection types.
# Compiled here: a pod's only process would compile all of it first, and may write nothing there.
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && python -m compileall -q plugins \
    && mkdir -p logs staging && touch airflow.cfg && chown -R airflow:0 /opt/airflow && chmod -R g+w /opt/airflow
COPY --chown=airflow:0 config ./config
COPY --chown=airflow:0 dags ./dags
# Root's, so that the pages do not save into a file system that ends with its container: they offer the files instead.
COPY include ./include
RUN chmod -R go-w,a+rX include

USER airflow
ENTRYPOINT ["dumb-init", "--"]
CMD ["airflow", "version"]
