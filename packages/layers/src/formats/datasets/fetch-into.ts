import type { PartialFile } from "../../platform/partial-file.ts";
import type { DownloadProgress } from "./download-progress.ts";

/** How often a connection that broke is taken up again without a byte in between. */
const tries = 4;
/** In milliseconds. */
const firstPause = 250;

/**
 * Fetches what a file lacks. A connection that breaks is taken up again where it stood.
 *
 * @throws Error if the server cannot be reached, or has not the file, or breaks off again and again.
 */
export async function fetchInto(
  partial: PartialFile,
  address: string,
  progress: DownloadProgress,
): Promise<void> {
  for (let failures = 0; ; ) {
    const before = partial.size;
    try {
      await fetchRest(partial, address, progress);
      return;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      failures = partial.size > before ? 1 : failures + 1;
      // Where nothing has arrived, there is no network, or no such server.
      if (partial.size === 0 || failures === tries) throw interrupted(error, partial.size);
      await new Promise((resolve) => setTimeout(resolve, firstPause * 2 ** (failures - 1)));
    }
  }
}

/** An answer that another try does not change. */
class Refusal extends Error {}

async function fetchRest(partial: PartialFile, address: string, progress: DownloadProgress): Promise<void> {
  const start = partial.size;
  // Compressed on the way, parts would not be those of the file.
  const headers = { "Accept-Encoding": "identity", ...(start > 0 ? { Range: `bytes=${start}-` } : {}) };
  const response = await fetch(address, { headers });
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get("Content-Range") ?? "");
  if (response.status === 416) {
    await response.body?.cancel();
    if (range?.[2] === String(start)) return;
    await partial.clear();
    return fetchRest(partial, address, progress);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Refusal(`the server answers ${response.status} ${response.statusText}`.trim());
  }
  const isRest = response.status === 206 && range?.[1] === String(start);
  // Servers that know no ranges send all of it.
  if (start > 0 && !isRest) await partial.clear();
  const length = Number(response.headers.get("Content-Length") ?? Number.NaN);
  const total = partial.size + length;
  progress.begin(Number.isFinite(total) ? total : null);
  const reader = response.body.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      await partial.append(value);
      progress.draw(partial.size);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (Number.isFinite(total) && partial.size < total) {
    throw new Error(`the connection ended at byte ${partial.size} of ${total}`);
  }
}

function interrupted(error: unknown, size: number): Error {
  // Node says "fetch failed", and why in the cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const kept = size === 0 ? "" : ` (the first ${size} bytes are kept, and the next try goes on there)`;
  return new Error(`${reason}${kept}`, { cause: error });
}
