import type { XmlElement } from '../record.ts';

const OAIRE = /^https?:\/\/namespace\.openaire\.eu\/schema\/oaire\/?$/;

/** OpenAIRE's general types of resources. */
const GENERALS: Readonly<Record<string, string>> = { literature: 'Text', dataset: 'Dataset', software: 'Software' };

/**
 * The DataCite resource that an `oaire:resource` of OpenAIRE's guidelines for literature repositories (4.0) amounts to: most of it is
 * DataCite's already, the rest is Dublin Core or OpenAIRE's own. Null for everything else.
 */
export function asDataciteResource(root: XmlElement): XmlElement | null {
  if (root.name !== 'resource' || !OAIRE.test(root.ns)) return null;
  return { ...root, ns: 'http://datacite.org/schema/kernel-4', attributes: {}, children: root.children.map(asDatacite) };
}

function asDatacite(child: XmlElement): XmlElement {
  switch (child.name) {
    case 'description':
      return within('descriptions', { ...child, attributes: { ...child.attributes, descriptionType: 'Abstract' } });
    case 'format':
      return within('formats', child);
    case 'rights':
      return within('rightsList', child);
    case 'licenseCondition': {
      const { uri } = child.attributes;
      return within('rightsList', { ...child, name: 'rights', attributes: uri === undefined ? {} : { rightsURI: uri } });
    }
    case 'resourceType': {
      const general = GENERALS[(child.attributes['resourceTypeGeneral'] ?? '').toLowerCase()] ?? 'Other';
      return { ...child, attributes: { resourceTypeGeneral: general } };
    }
    default:
      return child;
  }
}

const within = (name: string, child: XmlElement): XmlElement => ({ name, ns: child.ns, attributes: {}, text: '', children: [child] });
