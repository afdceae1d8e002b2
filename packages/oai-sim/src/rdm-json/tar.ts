/** A member of a tar archive as Python's tarfile writes one: a plain ustar header, time 0, filled up to 512 bytes. */
export function tarMember(name: string, content: Uint8Array): Uint8Array[] {
  const filling = (512 - (content.length % 512)) % 512;
  return [tarHeader(name, content.length), content, ...(filling === 0 ? [] : [new Uint8Array(filling)])];
}

/** Two empty blocks, and empty ones up to 10 kB. */
export const tarEnd = (length: number): Uint8Array => new Uint8Array(1024 + ((10_240 - ((length + 1024) % 10_240)) % 10_240));

function tarHeader(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  header.write(name, 0);
  header.write(`${octal(0o644, 8)}\0${octal(0, 8)}\0${octal(0, 8)}\0${octal(size, 12)}\0${octal(0, 12)}\0        0`, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  return header;
}
