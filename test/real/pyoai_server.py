"""pyoai's server, in its class that asks for one page at a time, over the records of a file."""
import cgi
from urllib.parse import parse_qs

from oaipmh import common, error
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import BatchingServer, oai_dc_writer

from loopback import read_records, second, serve

DC = ('oai_dc', 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd', 'http://www.openarchives.org/OAI/2.0/oai_dc/')


def entry(record):
    header = common.Header(None, record['identifier'], second(record['datestamp']), record['sets'], record['deleted'])
    return header, None if record['deleted'] else common.Metadata(None, record['dc']), None


class Repository:
    def __init__(self, url, records):
        self.url, self.records = url, records

    def identify(self):
        earliest = second(min(record['datestamp'] for record in self.records))
        return common.Identify('Trial', self.url, '2.0', ['someone@example.org'], earliest, 'persistent',
                               'YYYY-MM-DDThh:mm:ssZ', ['identity'])

    def listMetadataFormats(self, identifier=None):
        return [DC]

    def listSets(self, cursor=0, batch_size=10):
        specs = sorted({spec for record in self.records for spec in record['sets']})
        return [(spec, spec, None) for spec in specs][cursor:cursor + batch_size]

    def select(self, set=None, from_=None, until=None):
        return [record for record in self.records
                if (set is None or set in record['sets'])
                and (from_ is None or second(record['datestamp']) >= from_)
                and (until is None or second(record['datestamp']) <= until)]

    def listRecords(self, metadataPrefix, set=None, from_=None, until=None, cursor=0, batch_size=10):
        return [entry(record) for record in self.select(set, from_, until)[int(cursor):int(cursor) + int(batch_size)]]

    def listIdentifiers(self, **arguments):
        return [header for header, _, _ in self.listRecords(**arguments)]

    def getRecord(self, metadataPrefix, identifier):
        for record in self.records:
            if record['identifier'] == identifier:
                return entry(record)
        raise error.IdDoesNotExistError(identifier)


# pyoai reads its resumption tokens with a function that Python had until 3.7.
if not hasattr(cgi, 'parse_qs'):
    cgi.parse_qs = parse_qs
registry = MetadataRegistry()
registry.registerWriter('oai_dc', oai_dc_writer)
serve(lambda url: BatchingServer(Repository(url, read_records()), registry, resumption_batch_size=100).handleRequest)
