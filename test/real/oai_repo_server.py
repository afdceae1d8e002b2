"""oai_repo over the records of a file."""
import oai_repo
from lxml import etree

from loopback import aware, read_records, serve

OAI_DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/'
DC = 'http://purl.org/dc/elements/1.1/'
FORMAT = oai_repo.MetadataFormat('oai_dc', 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd', OAI_DC)


class Data(oai_repo.DataInterface):
    limit = 100

    def __init__(self, url, records):
        self.url, self.records = url, records
        self.by_identifier = {record['identifier']: record for record in records}

    def get_identify(self):
        return oai_repo.Identify(
            repository_name='Trial', base_url=self.url, admin_email=['someone@example.org'], deleted_record='persistent',
            earliest_datestamp=min(record['datestamp'] for record in self.records), granularity='YYYY-MM-DDThh:mm:ssZ')

    def is_valid_identifier(self, identifier):
        return identifier in self.by_identifier

    def get_metadata_formats(self, identifier=None):
        return [FORMAT]

    def get_record_header(self, identifier):
        record = self.by_identifier[identifier]
        return oai_repo.RecordHeader(identifier, record['datestamp'], record['sets'], 'deleted' if record['deleted'] else None)

    def get_record_metadata(self, identifier, metadataprefix):
        record = self.by_identifier[identifier]
        if record['deleted']:
            return None
        root = etree.Element(f'{{{OAI_DC}}}dc', nsmap={'oai_dc': OAI_DC, 'dc': DC})
        for name, values in record['dc'].items():
            for value in values:
                etree.SubElement(root, f'{{{DC}}}{name}').text = value
        return root

    def get_record_abouts(self, identifier):
        return []

    def list_set_specs(self, identifier=None, cursor=0):
        records = self.records if identifier is None else [self.by_identifier[identifier]]
        specs = sorted({spec for record in records for spec in record['sets']})
        return specs[cursor:cursor + self.limit], len(specs), None

    def get_set(self, setspec):
        return oai_repo.Set(setspec, setspec, [])

    def list_identifiers(self, metadataprefix, filter_from=None, filter_until=None, filter_set=None, cursor=0):
        found = [record['identifier'] for record in self.records
                 if (filter_set is None or filter_set in record['sets'])
                 and (filter_from is None or aware(record['datestamp']) >= filter_from)
                 and (filter_until is None or aware(record['datestamp']) <= filter_until)]
        return found[cursor:cursor + self.limit], len(found), None


def make_answer(url):
    repository = oai_repo.OAIRepository(Data(url, read_records()))
    return lambda arguments: bytes(repository.process(arguments))


serve(make_answer)
