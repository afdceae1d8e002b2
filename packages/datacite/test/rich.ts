import { resource } from './genuine.ts';

/** A journal article with most of what a record can have. */
export const rich = resource(
  `
  <identifier identifierType="DOI">10.5281/ZENODO.12</identifier>
  <creators>
    <creator><creatorName nameType="Personal">Müller &amp; Söhne, Änne</creatorName><givenName>Änne</givenName><familyName>Müller &amp; Söhne</familyName>
      <nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier>
      <affiliation affiliationIdentifier="https://ror.org/01aj84f44" affiliationIdentifierScheme="ROR">Aarhus University</affiliation></creator>
    <creator><creatorName nameType="Organizational">Institute for This, That and More</creatorName><nameIdentifier nameIdentifierScheme="ROR">01aj84f44</nameIdentifier></creator>
    <creator><creatorName nameType="Personal">Anne van Weerden</creatorName><familyName>Anne van Weerden</familyName></creator>
  </creators>
  <contributors><contributor contributorType="Editor"><contributorName>Doe, John</contributorName></contributor>
    <contributor contributorType="Supervisor"><contributorName>Roe, Jane</contributorName></contributor></contributors>
  <titles><title>100% of {x_1} &amp; y</title><title titleType="Subtitle" xml:lang="en">A subtitle</title></titles>
  <publisher>Zenodo</publisher><publicationYear>2024</publicationYear>
  <resourceType resourceTypeGeneral="JournalArticle"/>
  <subjects><subject>one</subject><subject subjectScheme="MeSH">two</subject></subjects>
  <dates><date dateType="Issued">2024-05</date><date dateType="Updated">2024-06-01</date><date dateType="Collected">2020/2021</date></dates>
  <language>eng</language>
  <alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:12</alternateIdentifier></alternateIdentifiers>
  <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="Cites">10.1000/A&lt;1&gt;</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5281/zenodo.11</relatedIdentifier>
    <relatedIdentifier relatedIdentifierType="URL" relationType="IsPartOf">https://zenodo.org/communities/eu/</relatedIdentifier></relatedIdentifiers>
  <relatedItems><relatedItem relatedItemType="Journal" relationType="IsPublishedIn"><titles><title>Journal of X</title></titles><volume>7</volume><issue>2</issue>
    <firstPage>12</firstPage><lastPage>19</lastPage></relatedItem></relatedItems>
  <version>1.0</version>
  <rightsList><rights rightsURI="https://creativecommons.org/licenses/by/4.0/legalcode" rightsIdentifier="cc-by-4.0" rightsIdentifierScheme="spdx">Creative Commons Attribution 4.0 International</rights>
    <rights rightsURI="info:eu-repo/semantics/openAccess"/></rightsList>
  <descriptions><description descriptionType="Abstract">First line.\nSecond &lt; line.</description></descriptions>
  <geoLocations><geoLocation><geoLocationPlace>Here</geoLocationPlace><geoLocationPoint><pointLongitude>2</pointLongitude><pointLatitude>1</pointLatitude></geoLocationPoint></geoLocation></geoLocations>
  <fundingReferences><fundingReference><funderName>European Commission</funderName><funderIdentifier funderIdentifierType="ROR">00k4n6c32</funderIdentifier>
    <awardNumber awardURI="info:eu-repo/grantAgreement/EC/H2020/1/">1</awardNumber><awardTitle>A grant</awardTitle></fundingReference></fundingReferences>`,
  '4',
  ['user-eu'],
).metadata;

/** A record with nothing in it. */
export const bare = resource('').metadata;
