#!/usr/bin/env python3
"""Reads records of InvenioRDM's JSON a second time, sharing nothing with the mapping, for facts.test.ts.

Usage: extract_rdm.py FILE... ; prints one JSON object per record (of a search reply, of each hit): the record and what is expected of it.
"""
import json
import sys


def records(document):
    if isinstance(document, dict) and 'metadata' in document and 'id' in document:
        yield document
    for hit in document.get('hits', {}).get('hits', []) if isinstance(document, dict) and isinstance(document.get('hits'), dict) else []:
        yield from records(hit)


def line(text):
    return ' '.join(str(text).split()) if isinstance(text, (str, int, float)) and not isinstance(text, bool) else None


def expected(record):
    entries = record.get('files', {}).get('entries') if isinstance(record.get('files'), dict) else None
    stats = record.get('stats')
    whole = isinstance(stats, dict) and isinstance(stats.get('all_versions'), dict) and isinstance(stats.get('this_version'), dict)
    metadata = record['metadata']
    custom = []
    for field, value in (record.get('custom_fields') or {}).items():
        values = value if isinstance(value, list) else [value]
        custom += [[field, one] for one in values if one not in (None, '', {})]
    return {
        'files': None if entries is None else sorted([key, file.get('size'), file.get('checksum'), file.get('mimetype'), file.get('ext')] for key, file in entries.items()),
        'stats': [[stats[of].get(name) for name in ('views', 'unique_views', 'downloads', 'unique_downloads')] + [None if stats[of].get('data_volume') is None else round(stats[of]['data_volume'])]
                  for of in ('all_versions', 'this_version')] if whole else None,
        'references': [[line(each['reference']), each.get('identifier'), each.get('scheme')] for each in metadata.get('references') or []],
        'languages': [each['id'] for each in metadata.get('languages') or []],
        'custom': custom,
        'funding': [[(each.get('funder') or {}).get('name'), line((each.get('award') or {}).get('number'))] for each in metadata.get('funding') or []],
        'awards': [[n] + [award.get(name) for name in ('id', 'number', 'acronym', 'program')] +
                   [next((one['identifier'] for one in award.get('identifiers') or [] if one.get('scheme') == scheme), None) for scheme in ('url', 'doi')]
                   for n, award in enumerate((each.get('award') or {}) for each in metadata.get('funding') or []) if award],
        'roles': [[n, line(each['person_or_org']['name']), each['role']['id']] for n, each in enumerate(metadata.get('creators') or []) if each.get('role')],
        'communities': [[each['slug'], each['id'], line(each['metadata']['title'])] + [each['metadata'].get(name) or None for name in ('description', 'curation_policy', 'page')]
                        for each in ((record.get('parent') or {}).get('communities') or {}).get('entries') or []],
        'swhid': (record.get('swh') or {}).get('swhid'),
        'versionIndex': (record.get('versions') or {}).get('index'),
        'descriptionHtml': metadata.get('description'),
        'embargoUntil': ((record.get('access') or {}).get('embargo') or {}).get('until'),
    }


for path in sys.argv[1:]:
    with open(path, encoding='utf-8') as file:
        document = json.load(file)
    for n, record in enumerate(records(document)):
        print(json.dumps({'name': f'{path} #{n}', 'record': record, 'expected': expected(record)}))
