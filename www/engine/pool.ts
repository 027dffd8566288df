/**
 * The compute workers: jobs in order to whoever is idle, results in job order. A worker that dies is replaced and its job
 * tried once more, from its last checkpoint on if it told one; cancelling ends the busy ones at once. How work is split is
 * decided by the core, never here.
 */

import { COMPUTE } from "./compute";
import { cancelled, failure } from "./failure";
import { newLife, onDeath } from "./life";
import { startWorker } from "./policy";
import type { ComputeMessages, SectionOf } from "./protocol";
import { Caller } from "./rpc";
import { Shelf } from "./shelf";
import type { TillcastFailure } from "./types";

/** A job that lost its worker after it began gets a second one, no third. */
const MOST_ATTEMPTS = 2;
/** Workers that die before they begin tell nothing about the job, but it is not tried for ever. */
const MOST_LOSSES = 5;

/** A worker that has not answered so long after its creation died before it could be watched. */
const START_MS = 15_000;

/** What a worker is asked: a job of the core, or a section of a file. */
type Job = { [Name in "run" | "section"]: { name: Name; request: ComputeMessages[Name]["request"] } }["run" | "section"];

/** Jobs that belong together: all are done, or none counts. */
interface Batch {
  outputs: Uint8Array[];
  missing: number;
  onEvent: (place: number, event: Uint8Array | number) => void;
  settled: boolean;
  resolve: (outputs: Uint8Array[]) => void;
  reject: (failure: TillcastFailure) => void;
}

interface Task {
  batch: Batch;
  place: number;
  job: Job;
  /** How often it began. */
  attempts: number;
  /** How many workers it lost, begun or not. */
  losses: number;
}

interface Member {
  worker: Worker;
  caller: Caller<ComputeMessages>;
  ready: Promise<unknown>;
  task: Task | null;
  forget: () => void;
}

export class Pool {
  readonly width: number;
  readonly #module: WebAssembly.Module;
  readonly #script: string;
  readonly #startMs: number;
  readonly #members = new Set<Member>();
  #queue: Task[] = [];
  #shelf: Shelf | null = null;
  /** Whether workers have read sections of a file. */
  #grown = false;

  /** `script` is the address of what the workers run, under the name {@link COMPUTE}. */
  constructor(module: WebAssembly.Module, width: number, script: string, startMs = START_MS) {
    this.#module = module;
    this.width = width;
    this.#script = script;
    this.#startMs = startMs;
  }

  /**
   * Starts workers, so many of them at most, before there is work: one takes as long to start as to read its share of a
   * large file, and longer while the coordinator is busy, since its script comes by way of it.
   */
  prepare(most = this.width): void {
    try {
      while (this.#members.size < Math.min(most, this.width)) this.#hire();
    } catch {
      // The page's policy is against it, as whoever needs a worker will be told.
    }
  }

  /** Runs the core's jobs; rejects with the first failure. Called by the core. */
  map(kinds: string[], inputs: Uint8Array[], onEvent: (place: number, event: Uint8Array) => void): Promise<Uint8Array[]> {
    this.#shrink();
    const from = new Uint8Array();
    const jobs = kinds.map((kind, place): Job => ({ name: "run", request: { kind, input: inputs[place] as Uint8Array, from } }));
    return this.#all(jobs, (place, event) => onEvent(place, event as Uint8Array));
  }

  /** Reads sections of a file; tells the bytes that were read more. */
  sections(sections: SectionOf[], onRead: (bytes: number) => void): Promise<Uint8Array[]> {
    const jobs = sections.map((request): Job => ({ name: "section", request }));
    return this.#all(jobs, (_, bytes) => onRead(bytes as number)).finally(() => (this.#grown = true));
  }

  /**
   * Ends idle workers that have read: a module's memory only grows, and theirs would hold the room of a file while methods
   * are fitted. Until then they stay, since who has opened one file often opens another, or the same in another way.
   */
  #shrink(): void {
    if (!this.#grown) return;
    this.#grown = false;
    for (const member of [...this.#members]) if (!member.task) this.#dismiss(member);
  }

  #all(jobs: Job[], onEvent: Batch["onEvent"]): Promise<Uint8Array[]> {
    return new Promise((resolve, reject) => {
      const batch: Batch = { outputs: [], missing: jobs.length, onEvent, settled: false, resolve, reject };
      if (jobs.length === 0) return resolve([]);
      jobs.forEach((job, place) => this.#queue.push({ batch, place, job, attempts: 0, losses: 0 }));
      this.#dispatch();
    });
  }

  /** Whether there is room outside of memory; this and the next three are called by the core. */
  async openShelf(): Promise<boolean> {
    this.#shelf ??= await Shelf.open();
    return this.#shelf !== null;
  }

  putAway(bytes: Uint8Array): number {
    return this.#shelf?.put(bytes) ?? -1;
  }

  bring(at: number, into: Uint8Array): boolean {
    return this.#shelf?.take(at, into) ?? false;
  }

  emptyShelf(): void {
    this.#shelf?.empty();
  }

  /** Stops everything: busy workers are ended, idle ones stay for the next request. Called by the core. */
  cancel(): void {
    const open = new Set(this.#queue.map((task) => task.batch));
    this.#queue = [];
    for (const member of [...this.#members]) {
      if (!member.task) continue;
      open.add(member.task.batch);
      this.#dismiss(member);
    }
    for (const batch of open) this.#fail(batch, cancelled());
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#members].find((member) => !member.task);
      if (!idle && this.#members.size >= this.width) return;
      const task = this.#queue.shift() as Task;
      try {
        void this.#run(idle ?? this.#hire(), task);
      } catch (thrown) {
        // The page's policy does not let us start workers: no second attempt would help.
        return this.#fail(task.batch, thrown as TillcastFailure);
      }
    }
  }

  #hire(): Member {
    const worker = startWorker(this.#script, COMPUTE);
    const life = newLife();
    const lost = (why: string) => this.#lost(member, why);
    const caller = new Caller<ComputeMessages>(worker, (fatal) => lost(fatal.message));
    const ready = caller.call("start", { module: this.#module, life });
    const late = setTimeout(() => lost("it did not start"), this.#startMs);
    const member: Member = { worker, caller, ready, task: null, forget: () => clearTimeout(late) };
    worker.addEventListener("error", (event) => lost(event.message || "its script did not load"));
    worker.addEventListener("messageerror", () => lost("an answer could not be read"));
    ready.then(
      () => {
        clearTimeout(late);
        if (this.#members.has(member)) member.forget = onDeath(life, () => lost("it was ended from outside"));
      },
      (why: TillcastFailure) => {
        const { task } = member;
        this.#dismiss(member);
        if (task) this.#fail(task.batch, why);
        this.#dispatch();
      },
    );
    this.#members.add(member);
    return member;
  }

  async #run(member: Member, task: Task): Promise<void> {
    const { batch, place, job } = task;
    member.task = task;
    try {
      await member.ready;
      const onEvent = (event: ComputeMessages["run" | "section"]["event"]) => {
        if (event === "begun") task.attempts += 1;
        else if (typeof event === "object" && "checkpoint" in event) {
          // A second attempt goes on from here: what was done and told by then is neither done nor told again.
          if (job.name === "run") job.request = { ...job.request, from: event.checkpoint };
        } else if (!batch.settled) batch.onEvent(place, event);
      };
      const { caller } = member;
      const output = await (job.name === "run"
        ? caller.call("run", job.request, { onEvent })
        : caller.call("section", job.request, { onEvent }));
      member.task = null;
      this.#finish(task, output);
    } catch (thrown) {
      // Dealt with already, where its worker was dismissed.
      if (member.task !== task) return;
      member.task = null;
      this.#fail(batch, thrown as TillcastFailure);
    }
    this.#dispatch();
  }

  #finish({ batch, place }: Task, output: Uint8Array): void {
    batch.outputs[place] = output;
    batch.missing -= 1;
    if (batch.missing > 0 || batch.settled) return;
    batch.settled = true;
    batch.resolve(batch.outputs);
  }

  #lost(member: Member, why: string): void {
    if (!this.#members.has(member)) return;
    const { task } = member;
    this.#dismiss(member);
    if (task && !task.batch.settled) {
      task.losses += 1;
      if (task.attempts < MOST_ATTEMPTS && task.losses < MOST_LOSSES) this.#queue.unshift(task);
      else this.#fail(task.batch, failure("internal", "worker-lost", `workers were lost again and again at the same job: ${why}`));
    }
    this.#dispatch();
  }

  /** Rejects a batch and gives up the rest of it. */
  #fail(batch: Batch, why: TillcastFailure): void {
    if (batch.settled) return;
    batch.settled = true;
    this.#queue = this.#queue.filter((task) => task.batch !== batch);
    for (const member of [...this.#members]) if (member.task?.batch === batch) this.#dismiss(member);
    batch.reject(why);
  }

  #dismiss(member: Member): void {
    if (!this.#members.delete(member)) return;
    member.task = null;
    member.forget();
    member.worker.terminate();
    member.caller.end(cancelled());
  }
}
