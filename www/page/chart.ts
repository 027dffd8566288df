/** A drawing of the core with a read-out on it: by pointer, by finger or by arrow keys. */

import { drawing } from "../engine/policy";
import type { Figure, FigureOptions, FigurePoint } from "../engine/types";
import { dress, fill, h, s } from "./dom";

/** Narrower than this nothing is drawn, in pixels. */
const LEAST = 120;

export interface ChartOptions {
  part: string;
  /** Asks the core for a drawing of a size. */
  ask: (size: Pick<FigureOptions, "width" | "height">) => Promise<Figure>;
  height: (width: number) => number;
  /** Lines of the read-out; none where there is nothing to say. */
  read: (point: FigurePoint) => { title: string; lines: [kind: string, name: string, value: string][] };
  /** What stands in for a drawing that is on its way. */
  waiting: string;
  /** What stands there where there can be none. */
  failed: () => string;
  hint: string;
}

export interface Chart {
  element: HTMLElement;
  /** Draws anew: other data, other theme. */
  draw: () => void;
  close: () => void;
}

export function chart(options: ChartOptions): Chart {
  const picture = h("div", { class: "picture" });
  const box = h("div", { class: "readout", hidden: true });
  const said = h("p", { class: "sr", "aria-live": "polite" });
  const element = h("div", {
    class: "chart-box",
    "data-part": options.part,
    tabindex: 0,
    role: "group",
    "aria-label": options.waiting,
    onpointermove: (event: PointerEvent) => pointed(event),
    onpointerdown: (event: PointerEvent) => pointed(event),
    onpointerleave: (event: PointerEvent) => event.pointerType === "mouse" && hide(),
    onblur: () => hide(),
    onkeydown: (event: KeyboardEvent) => keyed(event),
  });
  element.append(picture, box, said);
  const cross = s("line", { class: "c-cross" });
  const dot = s("circle", { class: "c-dot", r: 4 });
  const over = s("g", { class: "over", visibility: "hidden" }, cross, dot);

  let figure: Figure | null = null;
  let at = -1;
  let pointedAt = "";
  let wanted = false;
  let asking = false;
  let closed = false;
  let width = 0;
  /** Whether a drawing was asked for while there was no room for it. */
  let missed = false;
  /** How wide it may be, as the browser laid it out last: asking for it in between would make it do so at once. */
  let room = 0;

  const across = (value: number, of: Figure) =>
    of.plot.x + ((value - of.x.min) / Math.max(1e-9, of.x.max - of.x.min)) * of.plot.width;
  const down = (value: number, of: Figure) =>
    of.plot.y + of.plot.height - ((value - of.y.min) / Math.max(1e-9, of.y.max - of.y.min)) * of.plot.height;

  /** One drawing is on its way at a time; who holds an arrow key down gets the last one asked for. */
  async function draw() {
    wanted = true;
    if (asking) return;
    asking = true;
    while (wanted && !closed) {
      wanted = false;
      await drawOnce();
    }
    asking = false;
  }

  async function drawOnce() {
    // Out of sight there is no room: what is asked for then is drawn when there is some again.
    missed = room < LEAST;
    if (missed) return;
    width = room;
    picture.style.minHeight = `${options.height(width)}px`;
    let made: Figure;
    try {
      made = await options.ask({ width, height: options.height(width) });
    } catch {
      // What is drawn there is of another choice, or of a forecast that is gone.
      if (closed || wanted) return;
      figure = null;
      hide();
      fill(picture, h("p", { class: "sub" }, options.failed()));
      element.setAttribute("aria-label", options.failed());
      return;
    }
    if (closed || wanted) return;
    const svg = drawing(made.svg);
    svg.setAttribute("aria-hidden", "true");
    svg.append(over);
    fill(picture, svg);
    element.setAttribute("aria-label", `${made.summary} ${options.hint}`);
    figure = made;
    // Another period or horizon has other points: what was pointed at is gone.
    if (at >= 0 && made.points[at]?.label === pointedAt) show(at, false);
    else hide();
  }

  function show(place: number, aloud: boolean) {
    const point = figure?.points[place];
    if (!figure || !point) return;
    at = place;
    pointedAt = point.label;
    const { plot } = figure;
    const x = across(point.x, figure);
    const value = point.actual ?? point.median;
    over.setAttribute("visibility", "visible");
    dress(cross, { x1: x, x2: x, y1: plot.y, y2: plot.y + plot.height });
    // Inherited: a dot that is visible by itself stays when the group around it is hidden.
    dot.setAttribute("visibility", value === null ? "hidden" : "inherit");
    if (value !== null) dress(dot, { cx: x, cy: down(value, figure) });
    const { title, lines } = options.read(point);
    fill(
      box,
      h("p", { class: "ro-t" }, title),
      ...lines.map(([kind, name, text]) => h("p", { class: "ro-l" }, h("i", { class: `key key-${kind}` }), h("span", {}, name), h("b", {}, text))),
    );
    box.hidden = false;
    // Beside the line, on the side that has room; the drawing may be shown smaller than it was made.
    const scale = picture.clientWidth / Math.max(1, width);
    const wide = box.offsetWidth;
    const left = x * scale > picture.clientWidth / 2 ? x * scale - wide - 12 : x * scale + 12;
    box.style.transform = `translate(${Math.max(0, Math.min(picture.clientWidth - wide, left))}px, ${plot.y * scale}px)`;
    if (aloud) said.textContent = `${title}: ${lines.map(([, name, text]) => `${name} ${text}`).join(", ")}`;
  }

  function hide() {
    at = -1;
    box.hidden = true;
    over.setAttribute("visibility", "hidden");
  }

  function pointed(event: PointerEvent) {
    if (!figure || figure.points.length === 0) return;
    const frame = picture.getBoundingClientRect();
    const x = ((event.clientX - frame.left) * width) / Math.max(1, frame.width);
    let best = 0;
    for (const [place, point] of figure.points.entries()) {
      const known = figure.points[best];
      if (known && Math.abs(across(point.x, figure) - x) < Math.abs(across(known.x, figure) - x)) best = place;
    }
    show(best, false);
  }

  function keyed(event: KeyboardEvent) {
    if (!figure || figure.points.length === 0) return;
    const last = figure.points.length - 1;
    // The first key goes to where the forecast begins: that is what one came for.
    const begin = Math.max(0, figure.points.findIndex((point) => point.median !== null));
    const steps: Record<string, number> = {
      ArrowRight: at < 0 ? begin : Math.min(last, at + 1),
      ArrowLeft: at < 0 ? Math.max(0, begin - 1) : Math.max(0, at - 1),
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      show(to, true);
    } else if (event.key === "Escape") hide();
  }

  let timer = 0;
  const watch = new ResizeObserver(() => {
    room = Math.round(element.clientWidth);
    if (room < LEAST || (room === width && !missed)) return;
    clearTimeout(timer);
    // What stands there is of another choice: that is drawn at once.
    timer = window.setTimeout(() => void draw(), figure && !missed ? 120 : 0);
  });
  watch.observe(element);
  return {
    element,
    draw: () => void draw(),
    close: () => {
      closed = true;
      watch.disconnect();
      clearTimeout(timer);
    },
  };
}
