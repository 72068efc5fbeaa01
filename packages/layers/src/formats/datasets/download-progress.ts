import { output } from "../../utilities/output.ts";

/** In milliseconds. */
const betweenDrawings = 100;
const widest = 30;

/** How far a file has arrived: a bar on a terminal, elsewhere one line. */
export class DownloadProgress {
  readonly #name: string;
  readonly #address: string;
  readonly #isShown: boolean;
  #total: number | null = null;
  #isBegun = false;
  #drawn = Number.NEGATIVE_INFINITY;
  #length = 0;

  constructor(name: string, address: string, isShown: boolean) {
    this.#name = name;
    this.#address = address;
    this.#isShown = isShown;
  }

  /** @param total The bytes of the whole file; null if they are not known. */
  begin(total: number | null): void {
    this.#total = total;
    if (!this.#isShown || this.#isBegun) return;
    this.#isBegun = true;
    const size = total === null ? "" : ` (${inMegabytes(total)})`;
    output().write(`Downloading ${this.#name}${size} from ${this.#address}\n`);
  }

  /** @param size The bytes that are there. */
  draw(size: number): void {
    const now = performance.now();
    const isWhole = size === this.#total;
    if (!this.#isShown || !output().isTerminal || (now - this.#drawn < betweenDrawings && !isWhole)) return;
    this.#drawn = now;
    const { columns } = output();
    const share = this.#total === null ? null : size / this.#total;
    const words = share === null ? inMegabytes(size) : `${Math.floor(100 * share)} % ${inMegabytes(size)}`;
    const width = share === null ? 0 : Math.max(0, Math.min(widest, columns - words.length - 2));
    const done = Math.floor(width * (share ?? 0));
    const text = `${"━".repeat(done)}${"╌".repeat(width - done)} ${words}`.trimStart().slice(0, columns - 1);
    output().write(`\r${text}${" ".repeat(Math.max(0, this.#length - text.length))}`);
    this.#length = text.length;
  }

  /** Ends the line of the bar. */
  end(): void {
    if (this.#length > 0) output().write("\n");
    this.#length = 0;
  }
}

function inMegabytes(size: number): string {
  return `${(size / 1e6).toFixed(1)} MB`;
}
