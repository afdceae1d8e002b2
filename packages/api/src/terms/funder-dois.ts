/** Crossref Funder IDs by ROR, for the funders that Zenodo's own JSON calls by their Funder ID (zenodo-rdm, legacy/vocabularies/funders.py). */
const DOI_BY_ROR: Readonly<Record<string, string>> = {
  '00rbzpz17': '10.13039/501100001665',
  '05k73zm37': '10.13039/501100002341',
  '05mmh0f86': '10.13039/501100000923',
  '03zj4c476': '10.13039/100018231',
  '01gavpb45': '10.13039/501100000024',
  '00k4n6c32': '10.13039/501100000780',
  '02k4b9v70': '10.13039/501100000806',
  '00snfqn58': '10.13039/501100001871',
  '013tf3c58': '10.13039/501100002428',
  '03n51vw80': '10.13039/501100004488',
  '01znas443': '10.13039/501100004564',
  '011kf5r70': '10.13039/501100000925',
  '01cwqze88': '10.13039/100000002',
  '01h531d29': '10.13039/501100000038',
  '021nxhr62': '10.13039/100000001',
  '04jsz6e67': '10.13039/501100003246',
  '001aqnf71': '10.13039/100014013',
  '0271asj38': '10.13039/501100001602',
  '00yjd3n13': '10.13039/501100001711',
  '006cvnv84': '10.13039/100001345',
  '04w9kkr77': '10.13039/501100004410',
  '029chgv08': '10.13039/100004440',
  '03m8vkq32': '10.13039/501100006364',
};

const ROR_BY_DOI: Readonly<Record<string, string>> = {
  // The research councils of the United Kingdom became one.
  '10.13039/501100000690': '001aqnf71',
  ...Object.fromEntries(Object.entries(DOI_BY_ROR).map(([ror, doi]) => [doi, ror])),
};

/** The Crossref Funder ID of a funder that the source names by its ROR, as Zenodo's JSON has it. */
export function funderDoiOf({
  funderDoi,
  funderRor,
}: {
  readonly funderDoi: string | null;
  readonly funderRor: string | null;
}): string | null {
  return funderDoi ?? (funderRor === null ? null : (DOI_BY_ROR[funderRor] ?? null));
}

/** The ROR of a funder that the source names by its Crossref Funder ID, as InvenioRDM's JSON has it. */
export function funderRorOf({
  funderDoi,
  funderRor,
}: {
  readonly funderDoi: string | null;
  readonly funderRor: string | null;
}): string | null {
  return funderRor ?? (funderDoi === null ? null : (ROR_BY_DOI[funderDoi] ?? null));
}
