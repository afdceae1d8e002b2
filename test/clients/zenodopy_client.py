"""zenodopy: the addresses of a record's files."""
import os, sys

os.environ["HOME"] = sys.argv[2]
import zenodopy

zenodo = zenodopy.Client.__new__(zenodopy.Client)
urls = zenodo.get_urls_from_doi("10.5281/zenodo.9006")
assert urls[0] == "https://zenodo.org/api/records/9006/files/ice.csv/content", urls
