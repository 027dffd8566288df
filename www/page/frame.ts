/** What stays: top bar, screens, status line. */

import { fill, h, icon } from "./dom";
import type { Session } from "./session";
import type { View } from "./states";
import type { Words } from "./words";

export interface FrameActions {
  language: () => void;
  theme: () => void;
  check: () => void;
  files: (files: File[]) => void;
}

export interface Frame {
  element: HTMLElement[];
  main: HTMLElement;
  update: () => void;
}

export function frame(session: Session, words: Words, act: FrameActions, isDark: () => boolean): Frame {
  const { t } = words;
  const shop = h("span", { class: "shop" });
  const tabs = h("nav", { class: "tabs", "aria-label": t.screens });
  const links = (["forecast", "data", "accuracy"] as View[]).map((view) => {
    const tab = h("button", { type: "button", class: "tab", "data-view": view, onclick: () => session.show(view) }, t.tabs[view]);
    tabs.append(tab);
    return tab;
  });
  const other = h("label", { class: "btn btn-s other-file" }, fileInput(act.files), t.newFile);
  const device = h("span", { class: "chip chip-dev", "data-part": "device" });
  const offline = h("span", { class: "chip chip-off", hidden: true }, t.offline);
  const theme = h(
    "button",
    { class: "tool tool-ic", type: "button", "data-part": "theme", "aria-label": t.darkTheme, onclick: act.theme },
    icon("theme"),
  );
  const language = h(
    "button",
    { class: "tool", type: "button", "data-part": "language", lang: words.code === "en" ? "zh" : "en", onclick: act.language },
    t.other,
  );
  const brand = h(
    "button",
    { class: "brand", type: "button", onclick: () => (session.shop ? session.show("forecast") : session.leave()) },
    icon("mark", "mark"),
    h("span", {}, "Tillcast"),
  );
  const top = h("header", { class: "top" }, brand, shop, tabs, h("div", { class: "tools" }, other, offline, device, language, theme));
  const main = h("main", { id: "main", tabindex: -1 });
  const right = h("div", { class: "status-r", role: "status" });
  const status = h(
    "footer",
    { class: "status" },
    h(
      "p",
      { class: "private" },
      icon("lock"),
      h("span", {}, t.private),
      h("button", { class: "link", type: "button", onclick: act.check }, t.howCheck),
    ),
    right,
  );
  const improving = improve(session, words);
  const skip = h("a", { class: "skip", href: "#main" }, t.skip);

  const update = () => {
    const { state, shop: open, device: found } = session;
    top.classList.toggle("has-shop", Boolean(open));
    shop.hidden = !open;
    const { incoming } = session;
    const coming = session.busy && incoming !== null && !session.rereading;
    shop.textContent = coming ? words.say(t.coming, { file: incoming || t.sampleShop }) : open?.sample ? t.sampleShop : (open?.name ?? "");
    tabs.hidden = !open;
    other.hidden = !open;
    for (const tab of links) {
      const here = tab.dataset.view === session.view;
      if (here) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    theme.setAttribute("aria-pressed", String(isDark()));
    offline.hidden = navigator.onLine;
    fill(device, icon("chip"), h("span", {}, found ? t.device[found.kind] : t.device.wait));
    if (found) device.title = deviceTitle(session, words);
    const root = document.documentElement;
    root.dataset.state = state;
    root.toggleAttribute("data-incoming", Boolean(open) && coming);
    root.toggleAttribute("data-offline", !navigator.onLine);
    if (found) root.dataset.device = found.kind;
    if (session.busy && session.forecast) {
      if (!right.contains(improving.element)) fill(right, improving.element);
      improving.update();
    } else if (!open) fill(right, t.worksOffline);
    else fill(right, ...waits());
  };
  /** What the user may go on with. */
  function waits(): (Node | false)[] {
    const { asked, putOff, forecast, state, incoming } = session;
    const link = (text: string, act: () => void) => h("button", { class: "link", type: "button", onclick: act }, text);
    const file = (name: string) => `${words.say(t.question.waits, { file: name })} `;
    if (asked) return [h("span", { "data-part": "waiting" }, file(session.incoming || asked.name))];
    return [
      state === "stopped" && forecast !== null && h("span", {}, `${incoming ? words.say(t.stoppedFile, { file: incoming }) : t.stopped} `, link(t.again, () => void session.again())),
      putOff !== null && h("span", { "data-part": "waiting" }, file(putOff.file), link(t.question.resume, () => session.resume())),
    ];
  }
  return { element: [skip, top, main, status], main, update };
}

function deviceTitle(session: Session, words: Words): string {
  const found = session.device;
  if (!found) return "";
  const { device } = words.t;
  if (found.kind === "gpu") return [found.vendor, found.architecture].filter(Boolean).join(" · ");
  const why = found.reason ? (device.reasons as Record<string, string>)[found.reason] : undefined;
  return [why, device.slower].filter(Boolean).join(" ");
}

/** A button that opens the browser's own file dialog. */
export function fileInput(take: (files: File[]) => void): HTMLInputElement {
  const input = h("input", { class: "sr", type: "file", multiple: true, accept: ".csv,.tsv,.txt,.gz,.zip,.xlsx,.xls,.ods,text/csv,text/plain" });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) take(files);
  });
  return input;
}

function improve(session: Session, words: Words) {
  const { t } = words;
  const text = h("span", { id: "improving" });
  const bar = h("progress", { max: 1, "aria-labelledby": "improving" });
  const stop = h("button", { class: "link", type: "button", "data-part": "cancel", onclick: () => session.stop() }, t.progress.stop);
  const element = h("span", { class: "improve", "data-part": "progress" }, text, bar, stop);
  const update = () => {
    const { progress } = session;
    const done = progress?.done ?? 0;
    const { incoming } = session;
    const says = words.say(incoming === null ? t.progress.improving : t.progress.incoming, {
      file: incoming || t.sampleShop,
      phase: phaseName(words, progress?.phase ?? (incoming === null ? "fitting" : "reading")),
      percent: words.percent(Math.floor(done * 20) / 20),
    });
    // Said again only where it changed: it is read out.
    if (text.textContent !== says) text.textContent = says;
    bar.value = done;
    bar.title = timeLeft(words, progress?.secondsLeft);
  };
  return { element, update };
}

export const phaseName = (words: Words, phase: string): string =>
  (words.t.progress.phases as Record<string, string>)[phase] ?? phase;

export function timeLeft(words: Words, seconds: number | undefined): string {
  const { progress } = words.t;
  if (seconds === undefined) return progress.leftUnknown;
  return seconds < 1.5 ? progress.leftSoon : words.say(progress.left, { time: words.seconds(Math.round(seconds)) });
}
