import { expect, test } from 'vitest';
import { byteOffsets, decodeStrictly, detectEncoding, EncodingError } from './encoding.ts';

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const bytesOf = (...parts: (string | number[] | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

test.each([
  ['nothing declared', bytesOf('<a>é</a>'), null, 'utf-8'],
  ['a byte order mark', bytesOf([0xef, 0xbb, 0xbf], '<a>é</a>'), 'iso-8859-1', 'utf-8'],
  ['blank lines first', bytesOf('\r\n\n <?xml version="1.0"?><a>é</a>'), null, 'utf-8'],
  ['a charset', bytesOf('<a>', [0xe9], '</a>'), 'latin1', 'windows-1252'],
  ['a declaration', bytesOf('<?xml version="1.0" encoding="ISO-8859-1"?><a>', [0xe9], '</a>'), 'utf-8', 'windows-1252'],
  ['a declaration of ISO-8859-2', bytesOf("<?xml version='1.0' encoding='iso-8859-2'?><a>", [0xe9], '</a>'), null, 'iso-8859-2'],
  ['UTF-16 little-endian', bytesOf([0xff, 0xfe], Buffer.from('<a>é</a>', 'utf16le')), 'utf-8', 'utf-16le'],
  ['UTF-16 big-endian', bytesOf([0xfe, 0xff], utf16be('<a>é</a>')), null, 'utf-16be'],
  ['UTF-16 without a mark', utf16be('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'), null, 'utf-16be'],
  ['UTF-16 declared, not sent', bytesOf('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'), null, 'utf-8'],
])('%s', (_, bytes, charset, label) => {
  const encoding = detectEncoding(bytes, charset);
  const text = decodeStrictly(bytes, encoding);
  expect(encoding.label).toBe(label);
  expect(text.replace(/<\?.*?\?>/, '')).toBe('<a>é</a>');
  const toByte = byteOffsets(text, bytes.length, encoding);
  const end = text.indexOf('</a>');
  expect(
    bytes
      .subarray(toByte(end))
      .toString(label.startsWith('utf-16') ? 'latin1' : 'utf8')
      .replaceAll('\0', ''),
  ).toBe('</a>');
});

test('windows-1252 has letters where ISO-8859-1 has controls', () => {
  const bytes = bytesOf('<?xml version="1.0" encoding="ISO-8859-1"?>', [0x80, 0x93, 0x94]);
  expect(decodeStrictly(bytes, detectEncoding(bytes))).toMatch(/€“”$/);
});

test('the first invalid byte is named', () => {
  const bytes = bytesOf([0xef, 0xbb, 0xbf], 'é\uFFFD', [0x80], 'x', [0xff]);
  const decode = () => decodeStrictly(bytes, detectEncoding(bytes));
  expect(decode).toThrow(new EncodingError('bytes that are not valid UTF-8', 'utf-8', 8));
  expect(() => decodeStrictly(bytesOf([0x3c, 0, 0, 0xd8]), { label: 'utf-16le', start: 0 })).toThrow(EncodingError);
});

test.each(['Shift_JIS', 'EBCDIC-CP-US', 'nonsense'])('%s is not supported', (label) => {
  const bytes = bytesOf(`<?xml version="1.0" encoding="${label}"?><a/>`);
  expect(() => detectEncoding(bytes)).toThrow(`the encoding ${label} is not supported`);
});
