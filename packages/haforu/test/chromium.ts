// A headless Chromium for tests of pages: opens an address, runs scripts in it, takes pictures. Speaks the DevTools protocol over two pipes, so that nothing listens on a port.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

export const CHROMIUM: string = process.env.HAFORU_CHROMIUM ?? "/usr/bin/chromium";
export const CHROMIUM_PRESENT: boolean = existsSync(CHROMIUM);
/** For the name of a test that is skipped. */
export const CHROMIUM_WHY: string = CHROMIUM_PRESENT ? "" : ` (skipped: there is no ${CHROMIUM}; apt-get install chromium, or name one in HAFORU_CHROMIUM)`;

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--remote-debugging-pipe", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1000"],
];

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** One page in a browser of its own. Close it. */
export class Page {
  readonly #browser: ChildProcess;
  readonly #profile: string;
  readonly #answers: Map<number, { resolve: (result: Readonly<Record<string, unknown>>) => void; reject: (error: Error) => void }> = new Map();
  readonly #events: Message[] = [];
  #waiting: { method: string; resolve: () => void }[] = [];
  #session: string | undefined;
  #sent = 0;

  private constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), "haforu-chromium-"));
    this.#browser = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${this.#profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    let rest = "";
    const output = this.#browser.stdio[4] as Readable;
    output.setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (rest + chunk).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages) this.#read(JSON.parse(message) as Message);
    });
    const fail = (): void => {
      for (const { reject } of this.#answers.values()) reject(new Error(`${CHROMIUM} ended before it answered`));
    };
    this.#browser.once("exit", fail).once("error", fail);
    (this.#browser.stdio[3] as Writable).on("error", () => {});
  }

  static async open(address: string): Promise<Page> {
    const page = new Page();
    const { targetInfos } = (await page.#call("Target.getTargets")) as { targetInfos: { type: string; targetId: string }[] };
    const target = targetInfos.find(({ type }) => type === "page")?.targetId;
    const { sessionId } = await page.#call("Target.attachToTarget", { targetId: target, flatten: true });
    page.#session = sessionId as string;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.#call(`${domain}.enable`);
    const loaded = new Promise<void>((resolve) => page.#waiting.push({ method: "Page.loadEventFired", resolve }));
    await page.#call("Page.navigate", { url: address });
    await loaded;
    return page;
  }

  /** The value of an expression, awaited. @throws Error for one that the page threw. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.#call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** A command of the DevTools protocol, such as Input.synthesizeScrollGesture. */
  call(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#call(method, params);
  }

  /** Parameters of the protocol's events of one kind, as they came. */
  events(method: string): readonly Readonly<Record<string, unknown>>[] {
    return this.#events.filter((event) => event.method === method).map(({ params }) => params ?? {});
  }

  /** What the page shows, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.#call("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data as string, "base64");
  }

  /** Addresses that the page has asked for. */
  get requests(): readonly string[] {
    return this.#events
      .filter(({ method }) => method === "Network.requestWillBeSent")
      .map(({ params }) => (params as { request: { url: string } }).request.url);
  }

  /** Errors that the page's scripts or its security policy have caused. */
  get errors(): readonly string[] {
    return this.#events.filter(({ method }) => method === "Runtime.exceptionThrown" || method === "Log.entryAdded").map(({ params }) => JSON.stringify(params));
  }

  async close(): Promise<void> {
    this.#browser.removeAllListeners("exit");
    const gone = new Promise((resolve) => this.#browser.once("exit", resolve));
    if (this.#browser.exitCode === null && this.#browser.kill()) await gone;
    // Chromium's own children may write for a moment after it has ended.
    for (let attempt = 1; attempt <= 30 && existsSync(this.#profile); attempt++) {
      try {
        rmSync(this.#profile, { recursive: true, force: true });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #call(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
    this.#sent += 1;
    const id = this.#sent;
    const message = { id, method, params, ...(this.#session === undefined ? {} : { sessionId: this.#session }) };
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      (this.#browser.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    });
  }

  #read(message: Message): void {
    if (message.id === undefined) {
      this.#events.push(message);
      const reached = this.#waiting.filter(({ method }) => method === message.method);
      this.#waiting = this.#waiting.filter(({ method }) => method !== message.method);
      for (const { resolve } of reached) resolve();
      return;
    }
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (message.error !== undefined) answer?.reject(new Error(message.error.message));
    else answer?.resolve(message.result ?? {});
  }
}
