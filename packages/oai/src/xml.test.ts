import { expect, test } from 'vitest';
import { XmlError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { parseXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

function refusal(text: string): XmlError {
  try {
    parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('elements have local names, namespaces, attributes, direct text and children in order, each at its place in the text', () => {
  const tree = parseXml('<p:a xmlns:p="urn:p" xmlns="urn:d" k="1">x<b/>y<c xmlns="">z</c></p:a>');
  const leaf = { attributes: {}, children: [] };
  expect(tree).toEqual({
    name: 'a',
    ns: 'urn:p',
    attributes: { k: '1' },
    text: 'xy',
    at: 0,
    children: [
      { ...leaf, name: 'b', ns: 'urn:d', text: '', at: 1 },
      { ...leaf, name: 'c', ns: '', text: 'z', at: 2 },
    ],
  });
});

test('text keeps white space and joins references and CDATA', () => {
  expect(parseXml('<a> &lt;<![CDATA[<b>&amp;]]>&#x1F600;\r\n</a>').text).toBe(' <<b>&amp;😀\n');
});

test('xml:lang keeps its prefix, other attributes lose theirs, declarations are left out', () => {
  const { attributes } = parseXml('<a xmlns:x="urn:x" xml:lang="de" x:href="h" x:type="p" type="q"/>');
  expect(attributes).toEqual({ 'xml:lang': 'de', href: 'h', type: 'q' });
});

test('leaves cannot be changed by accident', () => {
  const leaf = parseXml('<a/>');
  expect(Object.isFrozen(leaf.children) && Object.isFrozen(leaf.attributes)).toBe(true);
});

test('names that are special in JavaScript are ordinary', () => {
  const tree = parseXml('<__proto__ constructor="c" __proto__="p"><toString/></__proto__>');
  expect(tree.name).toBe('__proto__');
  expect(tree.attributes['__proto__']).toBe('p');
  expect(tree.attributes['constructor']).toBe('c');
  expect(tree.children[0]!.name).toBe('toString');
});

test('an inner declaration ends with its element', () => {
  const { children } = parseXml('<a xmlns="urn:1"><b xmlns="urn:2"><c/></b><b/></a>');
  expect([children[0]!.ns, children[0]!.children[0]!.ns, children[1]!.ns]).toEqual(['urn:2', 'urn:2', 'urn:1']);
});

test.each([
  ['<a><b></a>', 'unexpected close tag </a>', 1, 10],
  ['<a>\n<b>', 'unclosed tag: b', 2, 3],
  ['<a>\n x & y; </a>', 'a bare & that starts no reference', 2, 4],
  ['<a>Fish & Chips</a>', 'a bare & that starts no reference', 1, 9],
  ['<a><![CDATA[ & ]]><!-- & -->&</a>', 'a bare & that starts no reference', 1, 29],
  ['<a>&nbsp;</a>', 'undefined entity &nbsp;', 1, 9],
  ['<a>\u0001</a>', 'disallowed character U+0001', 1, 4],
  ['<a>&#1;</a>', 'malformed character entity', 1, 7],
  ['<a x="1" x="2"/>', 'duplicate attribute: x', 1, 16],
  ['<a xmlns:p="urn:x" xmlns:q="urn:x" p:k="1" q:k="2"/>', 'duplicate attribute q:k', 1, 52],
  ['<p:a/>', 'the namespace prefix p is not declared', 1, 6],
  ['<a p:k=""/>', 'the namespace prefix p is not declared', 1, 11],
  ['<a xmlns:p=""/>', 'the namespace prefix p is bound to nothing', 1, 15],
  ['<a xmlns:xml="urn:x"/>', 'the namespace declaration of xml is not allowed', 1, 22],
  ['<a:b:c/>', 'malformed name a:b:c', 1, 8],
  ['<!DOCTYPE a><a/>', 'a DOCTYPE is not accepted', 1, 12],
  ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'a DOCTYPE is not accepted', 1, 30],
  ['<a/><b/>', 'documents may contain only one root', 1, 7],
  ['', 'document must contain a root element', 1, 0],
])('%j is refused: %s', (text, reason, line, column) => {
  const { message, ...facts } = refusal(text);
  expect({ reason: facts.reason, line: facts.line, column: facts.column }).toEqual({ reason, line, column });
  expect(message).toBe(`${reason} (line ${line}, column ${column})`);
});

test('depth is capped', () => {
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  let depth = 0;
  for (let at: XmlElement | undefined = parseXml(nested(LIMITS.depth)); at; at = at.children[0]) depth++;
  expect(depth).toBe(LIMITS.depth);
  expect(refusal(nested(LIMITS.depth + 1)).reason).toMatch(/more than 200 elements/);
});
