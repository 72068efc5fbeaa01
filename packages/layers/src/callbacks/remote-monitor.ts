import type { Given, Values } from "../schema/option.ts";
import { boolean, text } from "../schema/vocabulary.ts";
import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

const options = {
  /** The address of the server. */
  root: text("http://localhost:9000"),
  /** The path, which follows the address. */
  path: text("/publish/epoch/end/"),
  /** The name of the form's field, where the numbers are sent as a form. */
  field: text("data"),
  /** Whether the body is JSON, in place of a form. */
  sendAsJson: boolean(false),
};

/** Options of {@link RemoteMonitor}. */
export interface RemoteMonitorOptions extends Given<typeof options> {
  /** Headers of the requests. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RemoteMonitor extends Values<typeof options> {}

/**
 * Sends the numbers of each epoch to a server, as `{"epoch": 0, "loss": …}`. A server that does not answer is a
 * warning; training goes on.
 */
export class RemoteMonitor extends ModelCallback {
  static override readonly className: string = "RemoteMonitor";
  static override readonly options = options;

  private readonly headers: Readonly<Record<string, string>>;

  constructor({ headers = {}, ...given }: RemoteMonitorOptions = {}) {
    super(given);
    this.headers = headers;
  }

  /** @internal */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const address = this.root + this.path;
    const numbers = JSON.stringify({ epoch, ...logs });
    const sent: RequestInit = this.sendAsJson
      ? { body: numbers, headers: { "content-type": "application/json", ...this.headers } }
      : { body: new URLSearchParams({ [this.field]: numbers }), headers: this.headers };
    try {
      const { ok, status } = await fetch(address, { method: "POST", ...sent });
      if (!ok) console.warn(`RemoteMonitor: ${address} answers with the status ${status}`);
    } catch (error) {
      console.warn(`RemoteMonitor: ${address} does not answer: ${error}`);
    }
  }
}
