/**
 * Knowing that a worker is gone. Browsers tell nobody when a worker ends, but a Web Lock that it holds is given up the
 * moment it dies, for whatever reason: who waits for that lock is told. Where locks are denied (frames without an
 * origin), nothing is known and nothing breaks.
 */

let last = 0;

/** A name no other worker of this origin has. */
export const newLife = (): string => `tillcast-life-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${++last}`;

/** Called by the worker: holds its lock until it dies; resolves once held. */
export async function live(life: string): Promise<void> {
  if (!navigator.locks) return;
  await new Promise<void>((held) => {
    const forever = () => {
      held();
      return new Promise<never>(() => {});
    };
    navigator.locks.request(life, forever).catch(() => held());
  });
}

/** Called by the owner, after the worker said that it lives. */
export function onDeath(life: string, then: () => void): () => void {
  const watch = new AbortController();
  if (navigator.locks) {
    navigator.locks.request(life, { signal: watch.signal }, then).catch(() => {});
  }
  return () => watch.abort();
}
