"""zenodo-search: query strings as its documentation has them, a record by DOI, keywords, files."""
import pathlib, sys
import zenodo_search

found = zenodo_search.search('resource_type.type:dataset AND creators.name:("Okafor, Ngozi")')
assert [record.id for record in found] == [9006], [record.id for record in found]
assert [record.id for record in zenodo_search.search('type:dataset AND creators.affiliation:("University A" OR "CERN") AND title:greenland')] == [9006]
record = zenodo_search.search_doi("10.5281/zenodo.9006")
assert record.metadata.title == "Ice cores of Greenland", record
assert [one.id for one in zenodo_search.search_keywords(["ice core", "firn"])] == [9006]
paths = record.files.download(destination_dir=pathlib.Path(sys.argv[2]))
assert sorted(path.name for path in paths) == ["ice.csv", "read me.txt"], paths
assert paths[0].read_text() == "year,depth\n1900,12\n"
assert "9006" in repr(record)
unfetched = zenodo_search.search("title:\"polar ice cores\" AND type:software")
assert [one.id for one in unfetched] == [9010] and not hasattr(unfetched[0], "files"), unfetched
