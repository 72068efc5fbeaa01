/** Two programs that train side by side, and the curves of their losses. */
import { codeOf, makeEditable, print, startWorker } from "./blocks.ts";
import { type Digits, digitsAt, digitsOfPage } from "./digits.ts";

/** What the programs find: the digits, and where a loss is reported. */
const before = "const { digits, report } = { digits: globalThis.given, report: globalThis.report };";

export function prepareLivePair(base: string): void {
  const pair = document.querySelector<HTMLElement>(".live-pair");
  const codes = [...(pair?.querySelectorAll<HTMLElement>("pre code") ?? [])];
  if (pair === null || codes.length !== 2) return;
  const originals = codes.map((code) => code.innerHTML);
  for (const [index, code] of codes.entries()) {
    makeEditable(code, `The program at the ${index === 0 ? "high" : "low"} level, which can be changed`);
  }

  const live = document.createElement("div");
  live.className = "live";
  live.innerHTML = `<form>
<label>Digits from <input name="address" type="text" spellcheck="false" value="${base}assets/mnist"></label>
<button class="train">Train both</button> <button type="button" class="reset">Reset the programs</button>
</form>
<p class="live-status" role="status">Nothing has been trained yet.</p>
<svg viewBox="0 0 640 260" role="img" aria-label="The losses of both programs, step by step">
<g class="axes"></g><polyline class="high"></polyline><polyline class="low"></polyline>
</svg>
<p class="legend"><span class="high">high level</span> <span class="low">low level</span></p>
<div class="output" role="log" aria-label="Output" tabindex="0"></div>`;
  pair.before(live);
  const form = live.querySelector("form");
  const status = live.querySelector<HTMLElement>(".live-status");
  const output = live.querySelector<HTMLElement>(".output");
  const axes = live.querySelector(".axes");
  const lines = [...live.querySelectorAll("polyline")];
  if (!form || !status || !output || !axes) return;

  let stops: (() => void)[] = [];
  live.querySelector(".reset")?.addEventListener("click", () => {
    for (const [index, code] of codes.entries()) code.innerHTML = originals[index];
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const stop of stops) stop();
    output.replaceChildren();
    live.dataset.state = "running";
    const address = new FormData(form).get("address");
    const digits = await load(String(address));
    const curves: number[][] = [[], []];
    let running = 2;
    stops = codes.map((code, index) =>
      startWorker(base, { before, code: codeOf(code), given: digits }, (message) => {
        if (message.kind === "report" && typeof message.value === "number") curves[index].push(message.value);
        else if (message.kind === "done") running--;
        else if ("text" in message) print(output, message);
        draw(curves, running === 0);
      }),
    );
  });

  let digitsStatus = "";
  async function load(address: string): Promise<Digits> {
    if (status) status.textContent = "Loading digits …";
    try {
      const digits = await digitsAt(address);
      digitsStatus = `${digits.count} digits from ${address}`;
      return digits;
    } catch (error) {
      const digits = await digitsOfPage(base);
      const reason = error instanceof Error ? error.message : String(error);
      digitsStatus = `the ${digits.count} digits of this page, because ${reason}`;
      return digits;
    }
  }

  let isDrawn = true;
  function draw(curves: readonly (readonly number[])[], isDone: boolean): void {
    if (!isDone && !isDrawn) return;
    isDrawn = false;
    requestAnimationFrame(() => {
      isDrawn = true;
      show(curves, isDone);
    });
  }

  function show(curves: readonly (readonly number[])[], isDone: boolean): void {
    const steps = Math.max(2, ...curves.map(({ length }) => length));
    const top = Math.max(0.1, ...curves.flat().filter(Number.isFinite));
    const x = (step: number) => 40 + (590 * step) / (steps - 1);
    const y = (loss: number) => 230 - (210 * loss) / top;
    for (const [index, line] of lines.entries()) {
      line.setAttribute(
        "points",
        curves[index].map((loss, step) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(" "),
      );
    }
    const ticks = [0, top / 2, top].map(
      (loss) =>
        `<line x1="40" x2="630" y1="${y(loss)}" y2="${y(loss)}"/><text x="34" y="${y(loss) + 4}">${loss.toFixed(1)}</text>`,
    );
    if (axes)
      axes.innerHTML = `${ticks.join("")}<text x="630" y="250">${steps} steps</text><text x="60" y="250">loss</text>`;
    const common = Math.min(...curves.map(({ length }) => length));
    const difference = Math.max(
      0,
      ...curves[0].slice(0, common).map((loss, step) => Math.abs(loss - curves[1][step])),
    );
    const last = curves.map((curve) => curve.at(-1)?.toFixed(4) ?? "–");
    live.dataset.steps = String(common);
    live.dataset.difference = String(difference);
    if (isDone) live.dataset.state = "done";
    if (status) {
      status.textContent = `${isDone ? "Trained" : "Training"} on ${digitsStatus}. Loss at the high level ${last[0]}, at the low level ${last[1]}; the largest difference so far is ${difference.toExponential(1)}.`;
    }
  }
}
