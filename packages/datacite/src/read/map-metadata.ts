import { report } from './issues.ts';
import { mapOaiDc } from './oai-dc.ts';
import { mapResource } from './oai-datacite.ts';
import type { HeaderFacts } from './header.ts';
import { findPayload } from './payload.ts';
import type { Mapped, MappingIssue, XmlElement } from '../record.ts';

/**
 * Turns the metadata of one harvested record into the normalised form.
 *
 * `metadata` is the root of the payload or the `metadata` element around it: an `oai_datacite` wrapper, a DataCite
 * `resource` of any kernel, `oai_dc`, or what other servers send of either (`qdc`, `dim`, `xoai`, `oaire`). For anything else `metadata` is null in the result. Bad metadata never throws: what is odd is
 * listed in `issues`, whose codes are in `ISSUES`.
 */
export function mapMetadata(metadata: XmlElement, header: HeaderFacts): Mapped {
  const payload = findPayload(metadata);
  switch (payload.kind) {
    case 'resource':
      return mapResource(payload.resource, payload.wrapper, header);
    case 'oai_dc':
      return mapOaiDc(payload.dc, header);
    case 'empty wrapper':
      return unmapped('payload-missing', payload.element);
    case 'unknown':
      return unmapped('payload-unknown', payload.element);
  }
}

function unmapped(code: 'payload-missing' | 'payload-unknown', element: XmlElement): Mapped {
  const issues: MappingIssue[] = [];
  report(issues, code, element.name, `{${element.ns}}${element.name}`);
  return { metadata: null, issues };
}
