"""walkers.py sickle|scythe|pyoai URL FILE: lists all records with a harvester of others and writes them to a file."""
import json
import resource
import sys
import time

which, url, path = sys.argv[1:4]
start, count = time.time(), 0
with open(path, "w", encoding="utf-8") as out:
    if which == "sickle":
        from sickle import Sickle

        for record in Sickle(url).ListRecords(metadataPrefix="oai_datacite"):
            out.write(record.raw)
            count += 1
    elif which == "scythe":
        from oaipmh_scythe import Scythe

        with Scythe(url) as scythe:
            for record in scythe.list_records(metadata_prefix="oai_datacite"):
                out.write(record.raw)
                count += 1
    else:
        from lxml import etree
        from oaipmh.client import Client
        from oaipmh.metadata import MetadataRegistry

        registry = MetadataRegistry()
        registry.registerReader("oai_datacite", lambda element: element)
        for _, metadata, _ in Client(url, registry, force_http_get=True).listRecords(metadataPrefix="oai_datacite"):
            if metadata is not None:
                out.write(etree.tostring(metadata, encoding="unicode"))
            count += 1
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"records": count, "seconds": time.time() - start, "cpuSeconds": usage.ru_utime + usage.ru_stime,
                  "peakMegabytes": usage.ru_maxrss / 1000}))
