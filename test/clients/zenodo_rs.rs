// zenodo-rs: search, a record by number and by DOI, its latest version, its versions, its files.
use url::Url;
use zenodo_rs::{Auth, Endpoint, RecordId, RecordQuery, ZenodoClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let origin = std::env::args().nth(1).expect("the origin of the API");
    let client = ZenodoClient::builder(Auth::new("any"))
        .endpoint(Endpoint::Custom(Url::parse(&origin)?))
        .build()?;

    let query = RecordQuery::builder().query("title:greenland AND type:dataset").size(5).all_versions().most_recent().build();
    let page = client.search_records(&query).await?;
    assert_eq!(page.total, Some(2));
    assert_eq!(page.hits[0].id, RecordId(9006));

    let record = client.get_record(RecordId(9005)).await?;
    assert_eq!(record.metadata.title, "Ice cores of Greenland");
    assert_eq!(client.get_record_by_doi_str("10.5281/zenodo.9005").await?.id, RecordId(9005));
    assert_eq!(client.resolve_latest_by_doi_str("10.5281/zenodo.9005").await?.id, RecordId(9006));
    assert_eq!(client.resolve_latest_version(RecordId(9005)).await?.id, RecordId(9006));

    let versions = client.list_record_versions(RecordId(9005)).await?;
    assert_eq!(versions.hits.iter().map(|one| one.id).collect::<Vec<_>>(), [RecordId(9006), RecordId(9005)]);
    let files = client.list_record_files(RecordId(9006)).await?;
    assert_eq!(files.iter().map(|file| file.key.as_str()).collect::<Vec<_>>(), ["ice.csv", "read me.txt"]);
    assert_eq!(files[0].checksum.as_deref(), Some("md5:281d790358770131cdf2f6a082acefcd"));
    // Nothing was fetched of this one.
    let unfetched = client.get_record(RecordId(9010)).await?;
    assert!(unfetched.files.is_empty() && unfetched.metadata.title.starts_with("polar/ice-cores"));
    Ok(())
}
