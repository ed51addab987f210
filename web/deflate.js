// Deflated bytes as text that fits into a URL or a script, and back, with a limit on what comes out.

/** @returns {Promise<string>} base64url without padding */
export async function deflate(bytes) {
  return encode(await through(new CompressionStream("deflate-raw"), bytes, Infinity));
}

/**
 * @param {string} text base64 or base64url
 * @param {number} most bytes that may come out; more is a RangeError, found before they are held
 */
export async function inflate(text, most = Infinity) {
  return through(new DecompressionStream("deflate-raw"), decode(text), most);
}

async function through(stream, bytes, most) {
  const writer = stream.writable.getWriter();
  // Its failure shows at the reader's end as well, which is the one that is awaited.
  writer
    .write(bytes)
    .then(() => writer.close())
    .catch(() => {});
  const reader = stream.readable.getReader();
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw new RangeError(`more than ${most} bytes`);
    }
    chunks.push(value);
  }
  return joined(chunks, length);
}

function joined(chunks, length) {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

function encode(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decode(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
