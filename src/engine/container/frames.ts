/**
 * The frames by which a client without a terminal tells standard output from standard error: eight
 * bytes, the stream first and the length last, big-endian (Engine API, "Stream format").
 */
export const STDOUT = 1;
export const STDERR = 2;

/** One frame. */
export function frame(stream: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, stream);
  view.setUint32(4, data.length);
  bytes.set(data, 8);
  return bytes;
}
