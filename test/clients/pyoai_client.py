"""Walks a repository with pyoai; prints what it got as JSON."""
import json
import sys

from oaipmh.client import Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader

registry = MetadataRegistry()
registry.registerReader('oai_dc', oai_dc_reader)
client = Client(sys.argv[1], registry)
records = list(client.listRecords(metadataPrefix='oai_dc'))
print(json.dumps({
    'name': client.identify().repositoryName(),
    'identifiers': [header.identifier() for header, _, _ in records],
    'deleted': [header.identifier() for header, _, _ in records if header.isDeleted()],
    'headers': sum(1 for _ in client.listIdentifiers(metadataPrefix='oai_dc')),
    'sets': [each[0] for each in client.listSets()],
    'formats': [each[0] for each in client.listMetadataFormats()],
    'one': client.getRecord(identifier=records[0][0].identifier(), metadataPrefix='oai_dc')[0].identifier(),
}))
