import type { XmlElement } from '../record.ts';
import { asOaiDc } from './dc-dialects.ts';
import { asDataciteResource } from './openaire-resource.ts';
import { textOf } from '../values/text.ts';

/** What the children of `metadata` turned out to be. */
export type Payload =
  | { readonly kind: 'resource'; readonly resource: XmlElement; readonly wrapper: Wrapper }
  | { readonly kind: 'oai_dc'; readonly dc: XmlElement }
  | { readonly kind: 'empty wrapper' | 'unknown'; readonly element: XmlElement };

/** What the `oai_datacite` element says about the resource inside; all null for a bare resource. */
export interface Wrapper {
  readonly schemaVersion: string | null;
  readonly datacentreSymbol: string | null;
}

const NO_WRAPPER: Wrapper = { schemaVersion: null, datacentreSymbol: null };
const DATACITE = /^https?:\/\/(?:[a-z]+\.)?datacite\.org\//;
const OAI_DC = /^https?:\/\/www\.openarchives\.org\/OAI\/2\.0\/oai_dc\/?$/;
const METADATA_NS = /^(?:https?:\/\/www\.openarchives\.org\/OAI\/2\.0\/?)?$/;

/** Finds the payload by name and namespace; `element` is the payload's root or the `metadata` element around it. */
export function findPayload(element: XmlElement): Payload {
  if (element.name === 'metadata' && METADATA_NS.test(element.ns) && element.children.length > 0) return first(element.children);
  if (element.name === 'oai_datacite' && (element.ns === '' || DATACITE.test(element.ns))) return unwrap(element);
  if (isResource(element)) return { kind: 'resource', resource: element, wrapper: NO_WRAPPER };
  if (element.name === 'dc' && OAI_DC.test(element.ns)) return { kind: 'oai_dc', dc: element };
  const resource = asDataciteResource(element);
  if (resource !== null) return { kind: 'resource', resource, wrapper: NO_WRAPPER };
  const dc = asOaiDc(element);
  return dc === null ? { kind: 'unknown', element } : { kind: 'oai_dc', dc };
}

/** Aggregators put their own elements next to the payload: the first one known counts. */
function first(elements: readonly XmlElement[]): Payload {
  const payloads = elements.map(findPayload);
  return payloads.find((each) => each.kind !== 'unknown') ?? payloads[0]!;
}

function isResource(element: XmlElement): boolean {
  return element.name === 'resource' && (element.ns === '' || DATACITE.test(element.ns));
}

function unwrap(root: XmlElement): Payload {
  let schemaVersion: string | null = null;
  let datacentreSymbol: string | null = null;
  let resource: XmlElement | undefined;
  for (const child of root.children) {
    if (child.name === 'schemaVersion') schemaVersion = textOf(child);
    else if (child.name === 'datacentreSymbol') datacentreSymbol = textOf(child);
    else if (child.name === 'payload') resource ??= child.children.find(isResource);
    else if (isResource(child)) resource ??= child;
  }
  if (resource === undefined) return { kind: 'empty wrapper', element: root };
  return { kind: 'resource', resource, wrapper: { schemaVersion, datacentreSymbol } };
}

const KERNEL = /\/kernel-(\d+(?:\.\d+)?)/;

/** The kernel a resource follows, from its namespace (`4`), else from its schemaLocation. */
export function kernelOf(resource: XmlElement): string | null {
  return KERNEL.exec(resource.ns)?.[1] ?? KERNEL.exec(resource.attributes['schemaLocation'] ?? '')?.[1] ?? null;
}

/**
 * Whether descriptions are HTML and dates follow the rules of Zenodo before InvenioRDM (until October 2023): kernels up to 3
 * and whatever declares 4.0, 4.1 or 4.2, in the wrapper or, for a bare resource, in its schemaLocation.
 */
export function isLegacy(resource: XmlElement, wrapper: Wrapper, kernel: string | null): boolean {
  if (kernel !== null && Number.parseFloat(kernel) < 4) return true;
  const declared =
    wrapper.schemaVersion ?? /\/kernel-(4\.\d+)\/metadata\.xsd/.exec(resource.attributes['schemaLocation'] ?? '')?.[1] ?? null;
  return declared !== null && /^(?:[23]|4\.[0-2])(?:\.|$)/.test(declared);
}
