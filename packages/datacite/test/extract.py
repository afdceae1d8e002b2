#!/usr/bin/env python3
"""Reads DataCite records out of XML files a second time, sharing nothing with the mapping, for against-extractor.test.ts.

Usage: extract.py FOLDER... ; prints one JSON object per record: file, n (its number in the file), expected.
Only the standard library; the rules are those of the DataCite schema and of Zenodo's software, not those of the TypeScript.
"""
import calendar
import glob
import html.parser
import json
import re
import sys
import xml.etree.ElementTree as ET

XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'
LANGUAGES = {
    'eng': ('eng', 'en'), 'en': ('eng', 'en'), 'en-US': ('eng', 'en'), 'en-us': ('eng', 'en'), 'GER': ('deu', 'de'), 'de': ('deu', 'de'),
    'mul': ('mul', None), 'nl': ('nld', 'nl'), 'ca': ('cat', 'ca'), 'sl': ('slv', 'sl'),
}
# (general, text) -> (type, subtype), as printed on Zenodo's own pages for these records.
TYPES = {
    ('JournalArticle', None): ('publication', 'article'), ('Text', 'Other'): ('publication', 'other'), ('Dataset', None): ('dataset', None),
    ('Software', None): ('software', None), ('Text', 'Working paper'): ('publication', 'workingpaper'),
    ('Text', 'Taxonomic treatment'): ('publication', 'taxonomictreatment'), ('Text', 'Technical note'): ('publication', 'technicalnote'),
    ('Image', 'Figure'): ('image', 'figure'), ('Image', 'Photo'): ('image', 'photo'), ('Preprint', None): ('publication', 'preprint'),
    ('BookChapter', None): ('publication', 'section'), ('Book', None): ('publication', 'book'), ('Text', 'Presentation'): ('presentation', None),
    ('Text', 'Poster'): ('poster', None), ('Report', None): ('publication', 'report'), ('Text', 'Report'): ('publication', 'report'),
    ('ConferencePaper', None): ('publication', 'conferencepaper'), ('Text', None): ('publication', None), ('Other', None): ('other', None),
    ('Dissertation', None): ('publication', 'dissertation'), ('Text', 'Thesis'): ('publication', 'dissertation'),
    ('InteractiveResource', 'Interactive resource'): ('lesson', None), ('Text', 'Patent'): ('publication', 'patent'),
    ('Text', 'Journal article'): ('publication', 'article'), ('Text', 'Project deliverable'): ('publication', 'deliverable'),
    ('Model', None): ('model', None), ('Text', 'Data paper'): ('publication', 'datapaper'), ('Audiovisual', None): ('video', None),
}
TITLED = re.compile(r'^Creative Commons Attribution( Non Commercial)?( Share Alike| No Derivatives)? (\d\.\d) (International|Unported)$')
OTHER_LICENCES = {
    'Creative Commons Zero v1.0 Universal': 'CC0-1.0', 'MIT License': 'MIT', 'Apache License 2.0': 'Apache-2.0', 'Apache License 1.0': 'Apache-1.0',
    'GNU General Public License v3.0 only': 'GPL-3.0-only', 'Other (Open)': None,
}


def local(tag):
    return tag.rsplit('}', 1)[-1] if isinstance(tag, str) else '#'


def kids(element, name):
    return [] if element is None else [child for child in element if local(child.tag) == name]


def group(resource, outer, inner):
    return [each for wrapper in kids(resource, outer) for each in kids(wrapper, inner)]


def raw(element):
    return (element.text or '') + ''.join(child.tail or '' for child in element)


def line(text):
    return ' '.join((text or '').split()) or None


def text(element):
    return None if element is None else line(raw(element))


def first(elements):
    return next((t for t in map(text, elements) if t), None)


def attr(element, name):
    return None if element is None else line(element.get(name))


def doi(value):
    if not value:
        return None
    value = value.strip()
    while True:
        shorter = re.sub(r'(?i)^(https?://)?((dx|www)\.)?doi\.org/+|^doi:\s*', '', value)
        if shorter == value:
            break
        value = shorter
    match = re.match(r'10\.\d{4,9}(\.\d+)*/\S+', value)
    return match.group(0).rstrip('.,;').lower() if match else None


def mod11_2(digits):
    total = 0
    for d in digits[:15]:
        total = (total + int(d)) * 2
    return '0123456789X'[(12 - total % 11) % 11] == digits[15].upper()


def orcid(element):
    scheme = (element.get('nameIdentifierScheme') or '') + (element.get('schemeURI') or '') + raw(element)
    value = (text(element) or '').rstrip('/')[-19:].upper()
    if 'orcid' not in scheme.lower() or not re.fullmatch(r'\d{4}-\d{4}-\d{4}-\d{3}[\dX]', value):
        return None
    return value if mod11_2(value.replace('-', '')) else None


def ror(value, hints):
    if value is None or 'ror' not in (hints + value).lower():
        return None
    bare = value.rstrip('/').rsplit('/', 1)[-1].lower()
    if not re.fullmatch(r'0[a-hj-km-np-tv-z0-9]{6}\d\d', bare):
        return None
    number = 0
    for character in bare[:7]:
        number = number * 32 + '0123456789abcdefghjkmnpqrstvwxyz'.index(character)
    # ISO 7064 MOD 97-10: the number with its two check digits leaves 1.
    return bare if (number * 100 + int(bare[7:])) % 97 == 1 else None


def named_person(parts, contributor_type):
    name = next(part for part in parts if local(part.tag) in ('creatorName', 'contributorName'))
    identifiers = [part for part in parts if local(part.tag) == 'nameIdentifier' and text(part)]
    affiliations = [part for part in parts if local(part.tag) == 'affiliation' and (text(part) or attr(part, 'affiliationIdentifier'))]
    person = {
        'name': text(name), 'nameType': attr(name, 'nameType'), 'lang': attr(name, XML_LANG),
        'givenName': first([p for p in parts if local(p.tag) == 'givenName']), 'familyName': first([p for p in parts if local(p.tag) == 'familyName']),
        'orcid': next((o for o in map(orcid, identifiers) if o), None),
        'nameIdentifiers': [
            {'nameIdentifier': text(p), 'nameIdentifierScheme': attr(p, 'nameIdentifierScheme'), 'schemeUri': attr(p, 'schemeURI')} for p in identifiers
        ],
        'affiliations': [
            {'name': text(p), 'affiliationIdentifier': attr(p, 'affiliationIdentifier'), 'affiliationIdentifierScheme': attr(p, 'affiliationIdentifierScheme'),
             'schemeUri': attr(p, 'schemeURI'), 'ror': ror(attr(p, 'affiliationIdentifier'), (p.get('affiliationIdentifierScheme') or '') + (p.get('schemeURI') or ''))}
            for p in affiliations
        ],
    }
    return person if contributor_type is False else {**person, 'contributorType': contributor_type}


def persons(elements, contributors=False):
    result = []
    for element in elements:
        runs, run = [], []
        for part in element:
            if local(part.tag) in ('creatorName', 'contributorName') and any(local(p.tag) == local(part.tag) for p in run):
                runs.append(run)
                run = []
            run.append(part)
        for parts in runs + [run]:
            if any(local(p.tag) in ('creatorName', 'contributorName') and text(p) for p in parts):
                result.append(named_person(parts, attr(element, 'contributorType') if contributors else False))
    return result


def span(value):
    match = re.fullmatch(r'(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?', value)
    if match is None:
        bce = re.fullmatch(r'(\d+) BCE', value)
        return (f'-{int(bce.group(1)) - 1:04d}-01-01', f'-{int(bce.group(1)) - 1:04d}-12-31') if bce else None
    year, month, day = match.groups()
    if day:
        return f'{year}-{month}-{day}', f'{year}-{month}-{day}'
    if month:
        return f'{year}-{month}-01', f'{year}-{month}-{calendar.monthrange(int(year), int(month))[1]:02d}'
    return f'{year}-01-01', f'{year}-12-31'


def date(element):
    value = text(element)
    sides = value.split('/')
    spans = [span(side) if side else (None, None) for side in sides]
    start, end = (None, None) if None in spans else (spans[0][0], spans[-1][1])
    return {'text': value, 'start': start, 'end': end, 'dateType': attr(element, 'dateType'), 'dateInformation': attr(element, 'dateInformation')}


class Words(html.parser.HTMLParser):
    INLINE = {'a', 'abbr', 'b', 'cite', 'code', 'del', 'em', 'font', 'i', 'ins', 'kbd', 'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub',
              'sup', 'tt', 'u', 'var', 'img'}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out = []

    def handle_starttag(self, tag, attrs):
        self.out.append('' if tag in self.INLINE else ' ')

    handle_endtag = lambda self, tag: self.handle_starttag(tag, [])

    def handle_data(self, data):
        self.out.append(data)


def words(markup):
    parser = Words()
    parser.feed(markup)
    parser.close()
    return ' '.join(''.join(parser.out).split())


def sends_html(written):
    return bool(re.search(r'</(p|div|em|strong|i|b|a|li|ul|span|sub|sup)>|<br\s*/?>', written)) or ('<' not in written and bool(re.search(r'&(#\d+|[a-z]+);', written)))


def description(element, html_era, zenodo):
    written = '\n'.join(t for t in element.itertext() if t.strip()) if len(element) else element.text or ''
    return {'description': ' '.join(written.split()), 'text': words(written) if html_era or not zenodo and sends_html(written) else ' '.join(written.split()),
            'descriptionType': attr(element, 'descriptionType'), 'lang': attr(element, XML_LANG)}


def rights(element):
    uri, identifier, title = attr(element, 'rightsURI'), attr(element, 'rightsIdentifier'), text(element)
    kind = 'access' if (uri or title or '').startswith('info:eu-repo/semantics/') else 'copyright' if uri == 'http://rightsstatements.org/vocab/InC/1.0/' else 'licence'
    row = {'rights': title, 'rightsUri': uri, 'rightsIdentifier': identifier, 'rightsIdentifierScheme': attr(element, 'rightsIdentifierScheme'),
           'schemeUri': attr(element, 'schemeURI'), 'lang': attr(element, XML_LANG), 'kind': kind}
    titled = TITLED.match(title or '')
    if kind != 'licence':
        row['spdx'] = None
    elif (identifier or '').startswith('CC-BY'):
        row['spdx'] = identifier  # Some say CC-BY in the identifier and CC-BY-NC in title and URI: the identifier is what is meant to be read.
    elif titled and (uri or identifier):
        commercial, share, version, _ = titled.groups()
        row['spdx'] = 'CC-BY' + ('-NC' if commercial else '') + {' Share Alike': '-SA', ' No Derivatives': '-ND', None: ''}[share] + '-' + version
    elif title in OTHER_LICENCES and (uri or identifier):
        row['spdx'] = OTHER_LICENCES[title]
    return row


def related(element):
    return {'relatedIdentifier': text(element), **{key: attr(element, name) for key, name in (
        ('relatedIdentifierType', 'relatedIdentifierType'), ('relationType', 'relationType'), ('resourceTypeGeneral', 'resourceTypeGeneral'),
        ('relatedMetadataScheme', 'relatedMetadataScheme'), ('schemeUri', 'schemeURI'), ('schemeType', 'schemeType'),
        ('relationTypeInformation', 'relationTypeInformation'))}, 'doi': doi(text(element))}


def funding(element):
    one = lambda name: next(iter(kids(element, name)), None)
    identifier = text(one('funderIdentifier'))
    hints = (attr(one('funderIdentifier'), 'funderIdentifierType') or '') + (attr(one('funderIdentifier'), 'schemeURI') or '')
    bare = doi(identifier)
    return {'funderName': text(one('funderName')), 'funderIdentifier': identifier, 'funderIdentifierType': attr(one('funderIdentifier'), 'funderIdentifierType'),
            'schemeUri': attr(one('funderIdentifier'), 'schemeURI'), 'awardNumber': text(one('awardNumber')), 'awardUri': attr(one('awardNumber'), 'awardURI'),
            'awardTitle': text(one('awardTitle')), 'funderRor': ror(identifier, hints), 'funderDoi': bare if bare and bare.startswith('10.13039/') else None}


def grants(contributor):
    uris = [i['nameIdentifier'] for i in contributor['nameIdentifiers'] if i['nameIdentifier'].startswith('info:eu-repo/grantAgreement/')] or [None]
    return [{'funderName': contributor['name'], 'funderIdentifier': None, 'funderIdentifierType': None, 'schemeUri': None,
             'awardNumber': uri and uri.split('/')[4], 'awardUri': uri, 'awardTitle': None, 'funderRor': None, 'funderDoi': None} for uri in uris]


def point(element):
    if element is None:
        return None
    if len(element):
        values = {local(child.tag): float(child.text) for child in element}
        return {'longitude': values['pointLongitude'], 'latitude': values['pointLatitude']}
    latitude, longitude = map(float, element.text.split())
    return {'longitude': longitude, 'latitude': latitude}


def box(element):
    if element is None:
        return None
    if len(element):
        values = {local(child.tag): float(child.text) for child in element}
        return {'west': values['westBoundLongitude'], 'east': values['eastBoundLongitude'], 'south': values['southBoundLatitude'], 'north': values['northBoundLatitude']}
    south, west, north, east = map(float, element.text.split())
    return {'west': west, 'east': east, 'south': south, 'north': north}


def location(element):
    polygons = kids(element, 'geoLocationPolygon') + [p for outer in kids(element, 'geoLocationPolygons') for p in kids(outer, 'geoLocationPolygon')]
    return {'place': first(kids(element, 'geoLocationPlace')), 'point': point(next(iter(kids(element, 'geoLocationPoint')), None)),
            'box': box(next(iter(kids(element, 'geoLocationBox')), None)),
            'polygons': [{'points': [point(p) for p in kids(g, 'polygonPoint')], 'inPolygonPoint': point(next(iter(kids(g, 'inPolygonPoint')), None))} for g in polygons]}


def title(element):
    return {'title': text(element), 'titleType': attr(element, 'titleType'), 'lang': attr(element, XML_LANG)}


def item(element):
    one = lambda name: next(iter(kids(element, name)), None)
    identifier = one('relatedItemIdentifier')
    return {'relatedItemType': attr(element, 'relatedItemType'), 'relationType': attr(element, 'relationType'),
            'relationTypeInformation': attr(element, 'relationTypeInformation'), 'relatedItemIdentifier': text(identifier),
            'relatedItemIdentifierType': attr(identifier, 'relatedItemIdentifierType'), 'relatedMetadataScheme': attr(identifier, 'relatedMetadataScheme'),
            'schemeUri': attr(identifier, 'schemeURI'), 'schemeType': attr(identifier, 'schemeType'), 'titles': [title(t) for t in group(element, 'titles', 'title')],
            'creators': persons(group(element, 'creators', 'creator')), 'contributors': persons(group(element, 'contributors', 'contributor'), True),
            'numberType': attr(one('number'), 'numberType'),
            **{name: text(one(name)) for name in ('publicationYear', 'volume', 'issue', 'number', 'firstPage', 'lastPage', 'publisher', 'edition')}}


def cited(descriptions):
    for each in descriptions:
        if raw(each).lstrip().startswith('{"references"'):
            try:
                yield from (line(r) for r in json.loads(raw(each))['references'])
            except ValueError:
                yield 'NOT JSON'


def extract(resource, wrapper, set_specs):
    namespace = re.search(r'/kernel-([\d.]+)', resource.tag)
    kernel = namespace.group(1) if namespace else None
    version = first(kids(wrapper, 'schemaVersion'))
    location_hint = resource.get('{http://www.w3.org/2001/XMLSchema-instance}schemaLocation') or ''
    html_era = (kernel or '4')[0] in '23' or (version or '') in ('4.0', '4.1', '4.2') or (not version and bool(re.search(r'kernel-4\.[012]/', location_hint)))
    identifier = next(iter(kids(resource, 'identifier')), None)
    all_related = [related(e) for e in group(resource, 'relatedIdentifiers', 'relatedIdentifier') if text(e)]
    last = lambda relation, start='': next((r['doi'] for r in reversed(all_related) if r['relationType'] == relation and r['relatedIdentifierType'] in ('DOI', 'doi')
                                           and r['doi'] and r['doi'].startswith(start)), None)
    own = doi(text(identifier)) or last('IsIdenticalTo')
    if (kernel or '4')[0] == '4':
        concept = last('IsVersionOf')
    else:
        concept = last('IsPartOf', '10.5281/zenodo.') if own and own.startswith('10.5281/zenodo.') else None
    titles = [title(e) for e in group(resource, 'titles', 'title') if text(e)]
    dates = [date(e) for e in group(resource, 'dates', 'date') if text(e)]
    issued = [d for d in dates if d['dateType'] == 'Issued'] or ([d for d in dates if d['dateType'] == 'Accepted'] if html_era else [])
    contributors = persons(group(resource, 'contributors', 'contributor'), True)
    all_rights = [rights(e) for e in group(resource, 'rightsList', 'rights') + kids(resource, 'rights') if text(e) or attr(e, 'rightsURI') or attr(e, 'rightsIdentifier')]
    access = [(r['rightsUri'] or r['rights'])[len('info:eu-repo/semantics/'):-len('Access')] for r in all_rights if r['kind'] == 'access']
    written = [e for e in group(resource, 'descriptions', 'description') if ''.join(e.itertext()).strip()]
    zenodo = (doi(text(identifier)) or '').startswith('10.5281/zenodo.')
    descriptions = [description(e, html_era, zenodo) for e in written]
    plain = [d for d in descriptions if d['text'] and not d['description'].startswith('{"references"')]
    communities = [s[5:] for s in set_specs if s.startswith('user-')]
    communities += [m.group(1) for m in (re.fullmatch(r'https?://zenodo\.org/communities/([^/]+)/?', r['relatedIdentifier'])
                                         for r in all_related if r['relationType'] == 'IsPartOf') if m]
    kind = next(iter(kids(resource, 'resourceType')), None)
    publisher = next((e for e in kids(resource, 'publisher') if text(e)), None)
    language = first(kids(resource, 'language'))
    year = first(kids(resource, 'publicationYear'))
    expected = {
        'format': 'oai_datacite', 'kernel': kernel, 'schemaVersion': version, 'datacentreSymbol': first(kids(wrapper, 'datacentreSymbol')),
        'identifier': text(identifier), 'identifierType': attr(identifier, 'identifierType'), 'doi': own, 'conceptDoi': concept,
        'title': next((t['title'] for t in titles if not t['titleType']), titles[0]['title'] if titles else None), 'titles': titles,
        'creators': persons(group(resource, 'creators', 'creator')), 'contributors': contributors,
        'publisher': publisher is not None and {'name': text(publisher), 'publisherIdentifier': attr(publisher, 'publisherIdentifier'),
                                                'publisherIdentifierScheme': attr(publisher, 'publisherIdentifierScheme'),
                                                'schemeUri': attr(publisher, 'schemeURI'), 'lang': attr(publisher, XML_LANG)} or None,
        'publicationYear': int(year) if year and year.isdigit() else None,
        'publicationDate': {key: issued[0][key] for key in ('text', 'start', 'end')} if issued else None,
        'subjects': [{'subject': text(e), 'subjectScheme': attr(e, 'subjectScheme'), 'schemeUri': attr(e, 'schemeURI'), 'valueUri': attr(e, 'valueURI'),
                      'classificationCode': attr(e, 'classificationCode'), 'lang': attr(e, XML_LANG)} for e in group(resource, 'subjects', 'subject') if text(e)],
        'dates': dates,
        'language': language and {'text': language, 'iso639_3': LANGUAGES[language][0], 'iso639_1': LANGUAGES[language][1]},
        'alternateIdentifiers': [{'alternateIdentifier': text(e), 'alternateIdentifierType': attr(e, 'alternateIdentifierType')}
                                 for e in group(resource, 'alternateIdentifiers', 'alternateIdentifier') if text(e)],
        'relatedIdentifiers': all_related, 'relatedItems': [item(e) for e in group(resource, 'relatedItems', 'relatedItem')],
        'sizes': [text(e) for e in group(resource, 'sizes', 'size') if text(e)], 'formats': [text(e) for e in group(resource, 'formats', 'format') if text(e)],
        'version': first(kids(resource, 'version')), 'rights': all_rights, 'accessRight': access[0] if access else None,
        'descriptions': descriptions, 'description': next((d['text'] for d in plain if d['descriptionType'] == 'Abstract'), plain[0]['text'] if plain else None),
        'fundingReferences': [funding(e) for e in group(resource, 'fundingReferences', 'fundingReference') if ''.join(e.itertext()).strip()]
        + [g for c in contributors if c['contributorType'] == 'Funder' for g in grants(c)],
        'geoLocations': [g for g in (location(e) for e in group(resource, 'geoLocations', 'geoLocation')) if any(g.values())],
        'communities': list(dict.fromkeys(communities)), 'references': list(cited(written)),
    }
    general, kind_text = attr(kind, 'resourceTypeGeneral'), text(kind)
    expected['resourceType'] = {'general': general, 'text': kind_text} if general or kind_text else None
    if (general, kind_text) in TYPES:
        expected['resourceType'].update(zip(('type', 'subtype'), TYPES[general, kind_text]))
    return expected


def records(root):
    """Every record in document order: its resource, its wrapper, the sets of the header before it."""
    sets = []

    def walk(element, wrapper):
        name = local(element.tag)
        if name == 'header':
            sets[:] = [line(raw(e)) for e in kids(element, 'setSpec') if text(e)]
        elif name == 'resource':
            yield element, wrapper, list(sets)
        else:
            for child in element:
                yield from walk(child, element if name == 'oai_datacite' else wrapper)

    yield from walk(root, None)


for folder in sys.argv[1:]:
    for file in sorted(glob.glob(folder + '/**/*.xml', recursive=True)):
        try:
            root = ET.parse(file).getroot()
        except ET.ParseError:
            continue
        for n, (resource, wrapper, set_specs) in enumerate(records(root)):
            try:
                print(json.dumps({'file': file, 'n': n, 'expected': extract(resource, wrapper, set_specs)}))
            except (KeyError, ValueError) as error:
                print(json.dumps({'file': file, 'n': n, 'notExtracted': repr(error)}))
