/**
 * The one Trusted Types policy, `tillcast`: addresses of our own workers, and markup of our own renderer. A page allows
 * a policy's name once, so all parts and copies of the library in it share one, under a registered symbol; a host that
 * made the policy itself shares it the same way.
 */

import { failure, TillcastError } from "./failure";

interface Policy {
  createScriptURL(address: string): unknown;
  createHTML(markup: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Record<keyof Policy, (text: string) => string>): Policy;
}

const SHARED = Symbol.for("tillcast.policy");

const scope = globalThis as unknown as { trustedTypes?: PolicyFactory; [SHARED]?: Policy };

/** Scripts come from where the library came from, by name of its own files. */
function ownScript(address: string): string {
  const { origin, pathname } = new URL(address, import.meta.url);
  if (origin !== new URL(import.meta.url).origin || !/\.(js|ts)$/.test(pathname)) {
    throw new TypeError(`not a script of tillcast: ${address}`);
  }
  return address;
}

const TAG = /<(?:[^<>"']|"[^"<]*")*>/g;
const FORBIDDEN =
  /^<\s*(script|foreignobject|iframe|object|embed|image|use|style|animate|set)\b|\s(on\w+|style|(\w+:)?href)\s*=|^<!/i;

/** Drawings only: no scripts, no handlers, no foreign content, nothing that refers outside the drawing. */
function ownDrawing(markup: string): string {
  // What products are called stands in values and texts, where it is harmless; tags and names of attributes decide.
  const tags = (markup.match(TAG) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
  const unread = markup.replace(TAG, "").includes("<");
  if (!/^<svg[\s>]/.test(markup) || unread || tags.some((tag) => FORBIDDEN.test(tag))) {
    throw new TypeError("not a drawing of tillcast");
  }
  return markup;
}

const rules = { createScriptURL: ownScript, createHTML: ownDrawing };

function policy(): Policy {
  const shared = scope[SHARED];
  if (shared) return shared;
  let made: Policy = rules;
  if (scope.trustedTypes) {
    try {
      made = scope.trustedTypes.createPolicy("tillcast", rules);
    } catch {
      // The name is taken or not allowed. Where types are not enforced, plain strings do; where they are, the sink
      // throws and `refused` says what the host can do.
    }
  }
  Object.defineProperty(scope, SHARED, { value: made });
  return made;
}

function refused(thrown: unknown): TillcastError {
  return new TillcastError(
    failure(
      "usage",
      "trusted-types",
      `this page's security policy does not let Tillcast work: ${String(thrown)}`,
      "allow the policy: trusted-types tillcast; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
    ),
  );
}

/** Starts a module worker from one of the library's own files. */
export function startWorker(address: string, name: string): Worker {
  try {
    return new Worker(policy().createScriptURL(address) as string, { type: "module", name });
  } catch (thrown) {
    throw refused(thrown);
  }
}

/** The drawing as an element of this document. */
export function drawing(svg: string): SVGSVGElement {
  let parsed: Document;
  try {
    parsed = new DOMParser().parseFromString(policy().createHTML(svg) as string, "image/svg+xml");
  } catch (thrown) {
    throw refused(thrown);
  }
  return document.importNode(parsed.documentElement, true) as unknown as SVGSVGElement;
}

/** An address for the service worker's registration, which is a script too. */
export const trustedScript = (address: string): string => policy().createScriptURL(address) as string;
