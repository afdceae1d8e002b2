import { mapMetadata } from '@thresher/datacite';
import { parseDatestamp, parseXml } from '@thresher/oai';
import type { HarvestedRecord } from '@thresher/store/write';

/** A record of Zenodo as it comes off a list; `content` is XML inside the resource, `overlay` what differs. */
export function harvested(recid: number, content: string, overlay: { datestamp?: string; setSpecs?: string[] } = {}): HarvestedRecord {
  const { datestamp = '2024-05-31T10:00:00Z', setSpecs = [] } = overlay;
  const header = { identifier: `oai:zenodo.org:${recid}`, datestamp, setSpecs, deleted: false };
  const xml = `<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><schemaVersion>4.5</schemaVersion><datacentreSymbol>CERN.ZENODO</datacentreSymbol>
    <payload><resource xmlns="http://datacite.org/schema/kernel-4">
      <identifier identifierType="DOI">10.5281/zenodo.${recid}</identifier>${content}
    </resource></payload></oai_datacite>`;
  return { header, datestamp: parseDatestamp(datestamp), ...mapMetadata(parseXml(xml), header) };
}

export function deleted(recid: number, datestamp: string): HarvestedRecord {
  const header = { identifier: `oai:zenodo.org:${recid}`, datestamp, setSpecs: [], deleted: true };
  return { header, datestamp: parseDatestamp(datestamp), metadata: null, issues: [] };
}

/** A title, a publication date and a version of a concept. */
export function version(title: string, date: string, concept: number): string {
  return `<titles><title>${title}</title></titles><dates><date dateType="Issued">${date}</date></dates>
    <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5281/zenodo.${concept}</relatedIdentifier></relatedIdentifiers>`;
}

/** One of everything that Zenodo's shape has a place for. */
export const EVERYTHING = `
  <creators>
    <creator><creatorName nameType="Personal">Núñez, Ana</creatorName><nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier>
      <nameIdentifier nameIdentifierScheme="GND">118540238</nameIdentifier>
      <affiliation affiliationIdentifier="https://ror.org/01ggx4157" affiliationIdentifierScheme="ROR">CERN</affiliation><affiliation>Sea Lab</affiliation></creator>
    <creator><creatorName nameType="Organizational">Harbour Board</creatorName></creator>
  </creators>
  <titles><title>Tides of Geneva</title><title titleType="TranslatedTitle" xml:lang="deu">Gezeiten</title></titles>
  <publisher>Zenodo</publisher><publicationYear>2024</publicationYear>
  <subjects><subject>tide</subject><subject subjectScheme="GEMET">sea</subject></subjects>
  <contributors><contributor contributorType="Editor"><contributorName>Doe, Jane</contributorName></contributor></contributors>
  <dates><date dateType="Issued">2024-05</date><date dateType="Collected" dateInformation="buoys">2023-01-01/2023-02-01</date><date dateType="Valid">2025</date><date dateType="Updated">2024-06-01</date></dates>
  <language>eng</language><resourceType resourceTypeGeneral="JournalArticle"/>
  <alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:7</alternateIdentifier><alternateIdentifier alternateIdentifierType="ISBN">978-3-16-148410-0</alternateIdentifier></alternateIdentifiers>
  <relatedIdentifiers>
    <relatedIdentifier relatedIdentifierType="DOI" relationType="IsCitedBy">10.1000/ABC</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5281/zenodo.6</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="URL" relationType="IsPartOf">https://zenodo.org/communities/tides</relatedIdentifier>
  </relatedIdentifiers>
  <version>v1.0</version>
  <rightsList><rights rightsIdentifier="cc-by-4.0" rightsIdentifierScheme="spdx" rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY</rights><rights rightsURI="info:eu-repo/semantics/openAccess"/></rightsList>
  <descriptions><description descriptionType="Abstract">High and low.</description><description descriptionType="Methods">Buoys.</description><description descriptionType="Other">A note.</description></descriptions>
  <geoLocations><geoLocation><geoLocationPlace>Geneva</geoLocationPlace><geoLocationPoint><pointLongitude>6.05</pointLongitude><pointLatitude>46.23</pointLatitude></geoLocationPoint></geoLocation></geoLocations>
  <fundingReferences><fundingReference><funderName>European Commission</funderName><funderIdentifier funderIdentifierType="Crossref Funder ID">10.13039/501100000780</funderIdentifier><awardNumber>101</awardNumber><awardTitle>Tidal</awardTitle></fundingReference>
    <fundingReference><funderName>A funder without an award</funderName></fundingReference></fundingReferences>`;
