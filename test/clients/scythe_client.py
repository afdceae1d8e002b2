"""Walks a repository with oaipmh-scythe; prints what it got as JSON."""
import json
import sys

from oaipmh_scythe import Scythe

with Scythe(sys.argv[1]) as client:
    records = list(client.list_records(metadata_prefix='oai_dc'))
    print(json.dumps({
        'name': client.identify().repositoryName,
        'identifiers': [record.header.identifier for record in records],
        'deleted': [record.header.identifier for record in records if record.header.deleted],
        'headers': sum(1 for _ in client.list_identifiers(metadata_prefix='oai_datacite')),
        'sets': [each.setSpec for each in client.list_sets()],
        'formats': [each.metadataPrefix for each in client.list_metadata_formats()],
        'one': client.get_record(identifier=records[0].header.identifier, metadata_prefix='oai_datacite').header.identifier,
    }))
