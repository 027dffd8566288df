/** Requests, answers, events and cancellation over any message port, typed by a map of messages. */

import { cancelled, toFailure } from "./failure";
import { type Part, putTogether, takeApart } from "./parts";
import type { Message } from "./protocol";
import type { TillcastFailure } from "./types";

type Messages<M> = { [Name in keyof M]: Message<any, any, any> };

type Envelope = { id: number; name: string; request: unknown } | { cancel: number };

type Answer =
  | { id: number; part: Part }
  | { id: number; event: unknown }
  | { id: number; value: unknown }
  | { id: number; failure: TillcastFailure }
  | { fatal: TillcastFailure };

export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** A worker's own end of its port. */
export const ownPort = self as unknown as Port & { close(): void };

/** After a cancellation the worker has this long to answer for itself; then the promise is settled on this side. */
const CANCEL_GRACE_MS = 120;

export interface CallOptions<Told> {
  onEvent?: (event: Told) => void;
  signal?: AbortSignal;
}

interface Waiting {
  resolve: (value: any) => void;
  reject: (failure: TillcastFailure) => void;
  onEvent: ((event: any) => void) | undefined;
  parts: Part[];
}

/** The asking side. Every promise settles: by an answer, by its signal, or by {@link Caller.end}. */
export class Caller<M extends Messages<M>> {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #ended: TillcastFailure | undefined;

  /** `onFatal` is told when the other side can go on no longer. */
  constructor(port: Port, onFatal: (failure: TillcastFailure) => void) {
    this.#port = port;
    port.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if ("fatal" in data) return onFatal(data.fatal);
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if ("part" in data) return void waiting.parts.push(data.part);
      if ("failure" in data) return waiting.reject(data.failure);
      const parts = waiting.parts.splice(0);
      if ("event" in data) waiting.onEvent?.(putTogether(data.event, parts));
      else waiting.resolve(putTogether(data.value, parts));
    });
  }

  /** Rejects with a plain {@link TillcastFailure}. */
  call<Name extends keyof M & string>(
    name: Name,
    request: M[Name]["request"],
    { onEvent, signal }: CallOptions<M[Name]["event"]> = {},
  ): Promise<M[Name]["response"]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      if (signal?.aborted) return reject(cancelled());
      let grace: ReturnType<typeof setTimeout> | undefined;
      const stop = () => {
        this.#port.postMessage({ cancel: id } satisfies Envelope, []);
        grace = setTimeout(() => settle(reject)(cancelled()), CANCEL_GRACE_MS);
      };
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(grace);
          signal?.removeEventListener("abort", stop);
          this.#waiting.delete(id);
          then(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject), onEvent, parts: [] });
      signal?.addEventListener("abort", stop, { once: true });
      try {
        this.#port.postMessage({ id, name, request } satisfies Envelope, []);
      } catch (thrown) {
        settle(reject)(toFailure(thrown));
      }
    });
  }

  /** Rejects everything still open, and everything asked from now on. */
  end(failure: TillcastFailure): void {
    this.#ended = failure;
    for (const waiting of [...this.#waiting.values()]) waiting.reject(failure);
  }
}

/** What a handler gets beside its request. */
export interface Call<Told> {
  readonly signal: AbortSignal;
  tell(event: Told): void;
  /** Buffers of the answer to be moved rather than copied. */
  transfer(...buffers: Transferable[]): void;
}

export type Handlers<M extends Messages<M>> = {
  [Name in keyof M]: (
    request: M[Name]["request"],
    call: Call<M[Name]["event"]>,
  ) => Promise<M[Name]["response"]> | M[Name]["response"];
};

/** The answering side. `fatal` says of what a handler threw whether this side is done for, and how to put it. */
export function serve<M extends Messages<M>>(
  port: Port,
  handlers: Handlers<M>,
  fatal: (thrown: unknown) => TillcastFailure | null,
): void {
  const running = new Map<number, AbortController>();
  const post = (answer: Answer, transfer: Transferable[] = []) => port.postMessage(answer, transfer);

  const send = (id: number, kind: "event" | "value", whole: unknown, transfer: Transferable[] = []) => {
    const { rest, parts } = takeApart(whole);
    for (const part of parts) post({ id, part });
    post(kind === "event" ? { id, event: rest } : { id, value: rest }, transfer);
  };

  port.addEventListener("message", ({ data }: MessageEvent<Envelope>) => {
    if ("cancel" in data) running.get(data.cancel)?.abort();
    else void handle(data.id, data.name as keyof M & string, data.request);
  });

  async function handle(id: number, name: keyof M & string, request: unknown): Promise<void> {
    const controller = new AbortController();
    const buffers: Transferable[] = [];
    running.set(id, controller);
    try {
      const value = await handlers[name](request as M[typeof name]["request"], {
        signal: controller.signal,
        tell: (event) => send(id, "event", event),
        transfer: (...more) => void buffers.push(...more),
      });
      send(id, "value", value, buffers);
    } catch (thrown) {
      const end = fatal(thrown);
      post(end ? { fatal: end } : { id, failure: toFailure(thrown) });
    } finally {
      running.delete(id);
    }
  }
}

