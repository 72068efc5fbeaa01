/** Blocks of code that the reader can change and run: in a worker, with what they print below them. */
import type { Message, Task } from "./run-worker.ts";

/** The code of an element, where TypeDoc has made lines of breaks. */
export function codeOf(element: Element): string {
  const copy = element.cloneNode(true);
  if (!(copy instanceof Element)) return "";
  for (const each of copy.querySelectorAll("br")) each.replaceWith("\n");
  return copy.textContent ?? "";
}

function button(label: string, className = ""): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.className = className;
  return element;
}

/** Makes the code editable where it stands. */
export function makeEditable(code: HTMLElement, label: string): void {
  code.contentEditable = "plaintext-only";
  // Browsers without plain text take this.
  if (code.contentEditable !== "plaintext-only") code.contentEditable = "true";
  code.spellcheck = false;
  code.role = "textbox";
  code.setAttribute("aria-multiline", "true");
  code.setAttribute("aria-label", label);
}

/** Adds a line, or a picture where the text is one. */
export function print(output: HTMLElement, { kind, text }: Extract<Message, { text: string }>): void {
  if (kind === "print" && text.startsWith("<svg")) {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    image.alt = "The chart that the code has drawn";
    output.append(image);
    return;
  }
  const line = document.createElement("span");
  line.className = kind;
  line.textContent = kind === "write" ? text : `${text}\n`;
  output.append(line);
  output.scrollTop = output.scrollHeight;
}

/** Runs code in a worker; the result ends it. */
export function startWorker(base: string, task: Task, receive: (message: Message) => void): () => void {
  const worker = new Worker(new URL(`${base}assets/run-worker.js`, location.href), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Message>) => {
    receive(data);
    if (data.kind === "done") worker.terminate();
  };
  worker.onerror = (event) => {
    receive({ kind: "error", text: event.message ?? "The code could not be started." });
    receive({ kind: "done" });
    worker.terminate();
  };
  worker.postMessage(task);
  return () => worker.terminate();
}

export function prepareBlocks(base: string): void {
  for (const copier of document.querySelectorAll<HTMLButtonElement>("main pre > button")) {
    copier.addEventListener("click", () => {
      const code = copier.parentElement?.querySelector("code");
      if (!code) return;
      navigator.clipboard.writeText(codeOf(code));
      copier.textContent = "Copied";
      setTimeout(() => {
        copier.textContent = "Copy";
      }, 1500);
    });
  }
  for (const block of document.querySelectorAll<HTMLElement>("main .runnable")) prepareBlock(block, base);
}

function prepareBlock(block: HTMLElement, base: string): void {
  const code = block.querySelector("code");
  if (code === null) return;
  const original = code.innerHTML;
  makeEditable(code, "Code, which can be changed");

  const bar = document.createElement("div");
  bar.className = "run-bar";
  const run = button("Run", "run");
  const reset = button("Reset");
  reset.hidden = true;
  const hint = document.createElement("span");
  hint.className = "hint";
  hint.textContent = "Change the code, then press Ctrl Enter";
  const output = document.createElement("div");
  output.className = "output";
  output.role = "log";
  output.tabIndex = 0;
  output.setAttribute("aria-label", "Output");
  bar.append(run, reset, hint);
  block.append(bar, output);

  let stop: (() => void) | null = null;
  const finish = (): void => {
    stop?.();
    stop = null;
    run.textContent = "Run";
    block.dataset.state = "done";
  };
  const start = (): void => {
    if (stop !== null) {
      finish();
      return;
    }
    output.replaceChildren();
    run.textContent = "Stop";
    block.dataset.state = "running";
    const task: Task = { before: block.dataset.before ?? "", code: codeOf(code) };
    stop = startWorker(base, task, (message) => {
      if (message.kind === "done") {
        if (output.childElementCount === 0)
          print(output, { kind: "write", text: "It ran, and printed nothing." });
        finish();
      } else if ("text" in message) print(output, message);
    });
  };
  run.addEventListener("click", start);
  reset.addEventListener("click", () => {
    code.innerHTML = original;
    reset.hidden = true;
    output.replaceChildren();
  });
  code.addEventListener("input", () => {
    reset.hidden = false;
  });
  code.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      start();
    }
  });
}
