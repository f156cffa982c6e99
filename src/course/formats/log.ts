/**
 * A container's output as the Engine API sends it: raw with a terminal; else in frames of 8 bytes of header (stream,
 * three zeros, length in big endian) and the bytes.
 */
const HEADER = 8;

/** Both streams as they came, as text without carriage returns. */
export function textOfLog(body: Uint8Array, tty: boolean): string {
  const decoder = new TextDecoder();
  if (tty) return decoder.decode(body).replaceAll('\r', '');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let text = '';
  for (let at = 0; at + HEADER <= body.length;) {
    const length = view.getUint32(at + 4);
    text += decoder.decode(body.subarray(at + HEADER, at + HEADER + length), { stream: true });
    at += HEADER + length;
  }
  return text.replaceAll('\r', '');
}
