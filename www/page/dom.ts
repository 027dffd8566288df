/** Elements without markup strings: the page's policy allows no innerHTML and no inline styles. */

export type Child = Node | string | null | undefined | false;
type Listener = (event: never) => void;
export type Attributes = Record<string, string | number | boolean | null | undefined | Listener>;

const SVG = "http://www.w3.org/2000/svg";

/** An element; keys that begin with `on` are listeners, `true` is an empty attribute, `false` and `null` are none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  dress(element, attributes);
  append(element, children);
  return element;
}

/** An SVG element. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  dress(element, attributes);
  append(element, children);
  return element;
}

/** Sets or removes attributes. */
export function dress(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as unknown as EventListener);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) if (child) element.append(child);
}

/** One of the drawings in the sprite of `index.html`, for the eye only. */
export function icon(name: string, kind = "ic"): SVGSVGElement {
  return s("svg", { class: kind, "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

/** Replaces what is in an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
}

/** A text with `{name}` places, some of which are elements. */
export function rich(text: string, places: Record<string, Node | string>): Child[] {
  return text.split(/(\{\w+\})/).map((part) => (part.startsWith("{") ? (places[part.slice(1, -1)] ?? part) : part));
}

/** A phone's width, as in the style. */
export const narrow = matchMedia("(max-width: 719px)");

/** Lets the browser draw: for work in slices. */
export const breath = (): Promise<void> =>
  new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
