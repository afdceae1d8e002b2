"""Walks a repository with kongin; prints what it got as JSON."""
import json
import sys

from kongin import OAIClient

client = OAIClient(sys.argv[1])
records = list(client.list_records(metadata_prefix='oai_dc'))
print(json.dumps({
    'name': client.identify()['repository_name'],
    'identifiers': [record.identifier for record in records],
    'deleted': [record.identifier for record in records if record.deleted],
    'headers': sum(1 for _ in client.list_identifiers(metadata_prefix='oai_datacite')),
    'sets': [each['set_spec'] for each in client.list_sets()],
    'formats': [each['prefix'] for each in client.list_metadata_formats()],
    'one': client.get_record(records[0].identifier).identifier,
}))
