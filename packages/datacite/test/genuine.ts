import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseXml } from '@thresher/oai';
import { mapMetadata } from '../src/index.ts';
import type { Mapped, MappingIssue, RecordMetadata, XmlElement } from '../src/index.ts';

/** Genuine records, which are not part of the repository. */
export const genuineData = resolve(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data');

/** Why tests on genuine records are skipped, null when they are not. */
export const noGenuineData = existsSync(genuineData) ? null : `no genuine records at ${genuineData}`;

export interface Found {
  readonly element: XmlElement;
  readonly setSpecs: readonly string[];
}

/** The payloads of a document in order, each with the sets of the last header before it. */
export function payloads(root: XmlElement): Found[] {
  const found: Found[] = [];
  let setSpecs: string[] = [];
  const walk = (element: XmlElement, wrapper: XmlElement | null) => {
    if (element.name === 'header') setSpecs = element.children.filter((each) => each.name === 'setSpec').map((each) => each.text.trim());
    else if (element.name === 'resource' || element.name === 'dc') found.push({ element: wrapper ?? element, setSpecs });
    else for (const child of element.children) walk(child, element.name === 'oai_datacite' ? element : wrapper);
  };
  walk(root, null);
  return found;
}

const read = new Map<string, Found[]>();

export function genuinePayloads(file: string): Found[] {
  const found = read.get(file) ?? payloads(parseXml(readFileSync(join(genuineData, file), 'utf8')));
  read.set(file, found);
  return found;
}

/** The mapped record number `n` (from 0) of a file of genuine records. */
export function genuine(file: string, n: number): Mapped & { metadata: RecordMetadata } {
  const { element, setSpecs } = must(genuinePayloads(file)[n], `${file} #${n}`);
  return mapped(element, setSpecs);
}

/** A record and where it is. */
export interface Genuine {
  readonly name: string;
  readonly element: XmlElement;
  readonly setSpecs: readonly string[];
  readonly metadata: RecordMetadata;
}

/** All records of kernels in a folder, named by file and place; files that are not XML, and what is not mapped, are left out. */
export function genuineIn(folder: string): Genuine[] {
  const files = readdirSync(join(genuineData, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));
  return files.flatMap((file) => {
    const name = join(folder, file);
    return payloads(parsed(name)).flatMap(({ element, setSpecs }, n) => {
      const { metadata } = mapMetadata(element, { identifier: 'oai:example.org:1', setSpecs });
      return metadata === null || metadata.format === 'oai_dc' ? [] : [{ name: `${name} #${n}`, element, setSpecs, metadata }];
    });
  });
}

const NOTHING: XmlElement = { name: 'nothing', ns: '', attributes: {}, children: [], text: '' };

function parsed(name: string): XmlElement {
  try {
    return parseXml(readFileSync(join(genuineData, name), 'utf8'));
  } catch {
    return NOTHING;
  }
}

/** Maps a `resource` of a kernel, given by its inner XML. */
export function resource(inner: string, kernel = '4', setSpecs: readonly string[] = []): Mapped & { metadata: RecordMetadata } {
  return mapped(parseXml(`<resource xmlns="http://datacite.org/schema/kernel-${kernel}">${inner}</resource>`), setSpecs);
}

/** The same inside an `oai_datacite` wrapper that declares a schema version. */
export function wrapped(inner: string, kernel: string, schemaVersion: string): Mapped & { metadata: RecordMetadata } {
  const payload = `<resource xmlns="http://datacite.org/schema/kernel-${kernel}">${inner}</resource>`;
  const wrapper = `<schemaVersion>${schemaVersion}</schemaVersion><datacentreSymbol>CERN.ZENODO</datacentreSymbol><payload>${payload}</payload>`;
  return mapped(parseXml(`<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.0/">${wrapper}</oai_datacite>`), []);
}

function mapped(element: XmlElement, setSpecs: readonly string[]): Mapped & { metadata: RecordMetadata } {
  const { metadata, issues } = mapMetadata(element, { identifier: 'oai:example.org:1', setSpecs });
  if (metadata === null) throw new Error(`not mapped: ${JSON.stringify(issues)}`);
  return { metadata, issues };
}

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

export function codes(issues: readonly MappingIssue[]): string[] {
  return issues.map((each) => each.code);
}
