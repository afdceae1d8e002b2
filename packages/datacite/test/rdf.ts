import type { Quad, Term } from '@rdfjs/types';
import { RdfXmlParser } from 'rdfxml-streaming-parser';
import type { IriValidationStrategy } from 'validate-iri';

const NAMESPACES: Readonly<Record<string, string>> = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  adms: 'http://www.w3.org/ns/adms#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  frapo: 'http://purl.org/cerif/frapo/',
  gsp: 'http://www.opengis.net/ont/geosparql#',
  locn: 'http://www.w3.org/ns/locn#',
  org: 'http://www.w3.org/ns/org#',
  owl: 'http://www.w3.org/2002/07/owl#',
  schema: 'http://schema.org/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  spdx: 'http://spdx.org/rdf/terms#',
};

/** The triples of RDF/XML in document order. Rejects XML that is not well-formed, and IRIs that the strategy refuses. */
export async function triples(xml: string, iriValidationStrategy: IriValidationStrategy): Promise<Quad[]> {
  const parser = new RdfXmlParser({ iriValidationStrategy });
  parser.end(xml);
  return (await parser.toArray()) as Quad[];
}

/**
 * The statements about the first subject, and about the nodes that they lead to: `dct:creator/foaf:name "Müller"`. Nodes without an address
 * are known by the way to them.
 */
export function statements(quads: readonly Quad[]): string[] {
  const walk = (subject: Term, path: string, above: readonly Term[]): string[] =>
    quads
      .filter((quad) => quad.subject.equals(subject))
      .flatMap(({ predicate, object }) => {
        const name = `${path}${short(predicate.value)}`;
        const own = object.termType === 'BlankNode' ? [] : [`${name} ${shown(object)}`];
        const isAround = object.termType === 'Literal' || [...above, subject].some((each) => each.equals(object));
        return isAround ? own : [...own, ...walk(object, `${name}/`, [...above, subject])];
      });
  return quads[0] === undefined ? [] : walk(quads[0].subject, '', []);
}

function shown(term: Term): string {
  if (term.termType !== 'Literal') return short(term.value, (iri) => `<${iri}>`);
  const type = short(term.datatype.value);
  if (term.language !== '') return `${JSON.stringify(term.value)}@${term.language}`;
  return type === 'xsd:string' ? JSON.stringify(term.value) : `${JSON.stringify(term.value)}^^${type}`;
}

function short(iri: string, otherwise: (iri: string) => string = (whole) => whole): string {
  const found = Object.entries(NAMESPACES).find(([, namespace]) => iri.startsWith(namespace));
  return found === undefined ? otherwise(iri) : `${found[0]}:${iri.slice(found[1].length)}`;
}
