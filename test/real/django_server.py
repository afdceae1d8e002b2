"""django-oai-pmh over the records of a file, which it keeps in the PostgreSQL database that DATABASE_URL names."""
import os
from urllib.parse import unquote, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

from loopback import aware, read_records

url = urlsplit(os.environ['DATABASE_URL'])
server = make_server('127.0.0.1', 0, None, handler_class=type('Quiet', (WSGIRequestHandler,), {'log_message': lambda *_: None}))
base = f'http://127.0.0.1:{server.server_port}/oai'
settings.configure(
    SECRET_KEY='of no use to anyone', ALLOWED_HOSTS=['127.0.0.1'], ROOT_URLCONF=__name__, USE_TZ=True, TIME_ZONE='UTC', APPEND_SLASH=False,
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    INSTALLED_APPS=['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.messages',
                    'django.contrib.sessions', 'django.contrib.postgres', 'django_oai_pmh'],
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True,
                'OPTIONS': {'context_processors': ['django.template.context_processors.request']}}],
    DATABASES={'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': url.path[1:], 'HOST': url.hostname, 'PORT': url.port,
                           'USER': unquote(url.username or ''), 'PASSWORD': unquote(url.password or '')}},
    OAI_PMH={'REPOSITORY_NAME': 'Trial', 'BASE_URL': base, 'NUM_PER_PAGE': 100})
django.setup()
urlpatterns = [path('oai', include('django_oai_pmh.urls'))]


def load(records):
    from django_oai_pmh.models import DCRecord, Header, MetadataFormat, Set

    dublin_core, _ = MetadataFormat.objects.get_or_create(prefix='oai_dc', defaults={
        'schema': 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd', 'namespace': 'http://www.openarchives.org/OAI/2.0/oai_dc/'})
    sets = {spec: Set.objects.create(spec=spec, name=spec) for spec in sorted({spec for record in records for spec in record['sets']})}
    headers = Header.objects.bulk_create(Header(identifier=record['identifier'], deleted=record['deleted']) for record in records)
    for header, record in zip(headers, records):
        header.timestamp = aware(record['datestamp'])
    # Its own field always says now; only a query can set it.
    for header in headers:
        Header.objects.filter(pk=header.pk).update(timestamp=header.timestamp)
    Header.metadata_formats.through.objects.bulk_create(
        Header.metadata_formats.through(header=header, metadataformat=dublin_core) for header in headers)
    Header.sets.through.objects.bulk_create(
        Header.sets.through(header=header, set=sets[spec]) for header, record in zip(headers, records) for spec in record['sets'])
    DCRecord.objects.bulk_create(
        DCRecord(header=header, **record['dc']) for header, record in zip(headers, records) if not record['deleted'])


call_command('migrate', verbosity=0)
load(read_records())
from django.core.wsgi import get_wsgi_application  # noqa: E402

server.set_app(get_wsgi_application())
print(base, flush=True)
server.serve_forever()
