/** Values in DER (X.690), as much of it as a certificate request needs. Each is complete: tag, length, content. */
const tagged = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

/** One byte up to 127; above, how many bytes there are, and these. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

export const sequence = (...members: readonly Uint8Array[]): Buffer => tagged(0x30, ...members)
export const set = (...members: readonly Uint8Array[]): Buffer => tagged(0x31, ...members)
export const octets = (content: Uint8Array): Buffer => tagged(0x04, content)
export const nothing: Buffer = tagged(0x05)
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text))
/** Letters, digits and a few signs; the caller knows that the text has no others. */
export const printable = (text: string): Buffer => tagged(0x13, Buffer.from(text))

/** Whole bytes. */
export const bits = (content: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), content)

/** A whole number that is not negative, big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex(byte => byte !== 0)
  const least = start < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start))
  // A first bit that is set would make it negative.
  return tagged(0x02, ...((least[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), least)
}

/** An element with a meaning of its own where it stands: of others (`explicit`), or bytes that are its value (`implicit`). */
export const explicit = (number: number, ...members: readonly Uint8Array[]): Buffer => tagged(0xa0 | number, ...members)
export const implicit = (number: number, content: Uint8Array): Buffer => tagged(0x80 | number, content)

/** The name of something, such as `2.5.29.17`. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return tagged(0x06, Buffer.from([40 * first + second, ...rest].flatMap(base128)))
}

/** Seven bits a byte, all but the last with the eighth set. */
function base128(arc: number): readonly number[] {
  const bytes = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}
