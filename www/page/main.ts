/** Begins the page: what it shows by what the session is doing, keys, dropped files, language and theme. */

import "../style/tokens.css";
import "../style/page.css";

import { Tillcast } from "../engine/client";
import { trustedScript } from "../engine/policy";
import { Store } from "../engine/storage";
import type { DeviceChoice, Language, Theme } from "../engine/types";
import { accuracyView } from "./accuracy";
import { dataView } from "./data";
import { checkDialog, keysDialog } from "./dialogs";
import { fill, h, narrow } from "./dom";
import { DEEPER, type ForecastView, forecastView } from "./forecast";
import { type Frame, frame } from "./frame";
import { problemCard } from "./problem";
import { questionView } from "./question";
import { Session } from "./session";
import { type Part, progressView, start } from "./start";
import type { Change, View } from "./states";
import { browserLanguage, Words } from "./words";

type Screen = "start" | "progress" | "question" | View;

/** Settings must not hold up the first paint: without them in time, the browser's own wishes count. */
const SETTINGS_MS = 150;

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
const theme = (): Theme => (isDark() ? "dark" : "light");

const kept = Store.open((note) => session.notKept(note));
const store = await Promise.race([kept, new Promise<null>((resolve) => setTimeout(resolve, SETTINGS_MS, null))]);
const settings = store?.settings ?? {};
if (settings.theme) root.dataset.theme = settings.theme;

const asked = new URLSearchParams(location.search).get("device");
const device: DeviceChoice = asked === "gpu" || asked === "cpu" ? asked : "auto";

let words = new Words(settings.language ?? browserLanguage());
let shell: Frame;
let notices: Part;
let question: Part;
let screen: Screen | null = null;
let part: Part | null = null;
let home: ForecastView | null = null;

const session = new Session((choice) => afterPaint().then(() => Tillcast.start({ device: choice })), device);

session.mappings = settings.mappings ?? [];
if (!store) void kept.then((late) => (session.mappings = [...(late.settings.mappings ?? []), ...session.mappings]));

/** The workers start once the first screen is there. */
function afterPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function wanted(): Screen {
  if (session.forecast && session.shop) return session.view;
  if (session.asked) return "question";
  return session.state === "reading" ? "progress" : "start";
}

function make(which: Screen): Part {
  if (which === "start") return start(session, words, theme);
  if (which === "progress") return progressView(session, words);
  // The question itself stands above whatever is there, as what went wrong does.
  if (which === "question") return { element: h("div", { hidden: true }), update: () => {} };
  if (which === "data") return dataView(session, words);
  if (which === "accuracy") return accuracyView(session, words);
  home = forecastView(session, words, theme);
  return home;
}

/** The browser asks before it closes or reloads the tab. */
const ask = (event: BeforeUnloadEvent) => event.preventDefault();

function update(change: Change = "all") {
  // Only while there is something to lose: browsers keep pages without such a question ready for a way back.
  (session.unsaved ? addEventListener : removeEventListener)("beforeunload", ask);
  shell.update();
  notices.update(change);
  question.update(change);
  const now = wanted();
  if (now !== screen || !part) {
    part?.close?.();
    home = null;
    screen = now;
    part = make(now);
    shell.main.className = `screen screen-${now}`;
    fill(shell.main, notices.element, question.element, part.element);
    document.body.classList.toggle("p-forecast", now === "forecast");
    part.update("all");
  } else part.update(change);
}

function build() {
  part?.close?.();
  part = null;
  shell = frame(session, words, { language, theme: toggleTheme, check: () => checkDialog(words, forget), files: (files) => void session.openFiles(files) }, isDark);
  notices = problemCard(session, words);
  question = questionView(session, words);
  document.getElementById("app")?.replaceChildren(...shell.element);
  // After the old page is gone: its focus is taken from it, which would first dress all of it anew.
  root.lang = words.code === "zh" ? "zh-CN" : "en";
  document.title = words.t.title;
  update();
}

function language() {
  const code: Language = words.code === "en" ? "zh" : "en";
  words = new Words(code);
  void kept.then((store) => store.change({ language: code }));
  // Not in the task of the press, which the browser ends with a drawing; nor the focus, which lays the page out at once.
  setTimeout(() => {
    build();
    void afterPaint().then(() => document.querySelector<HTMLElement>('[data-part="language"]')?.focus());
  });
}

function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  void kept.then((store) => store.change({ theme: root.dataset.theme as Theme }));
  update();
}

/** Deletes the settings and the copy of the page for visits without a network; what is open stays. */
async function forget() {
  await (await kept).deleteAll();
  session.mappings = [];
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target instanceof HTMLInputElement && !/^(radio|checkbox|file)$/.test(target.type)));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (home && event.key === "Escape") (event.target as HTMLElement).blur();
    else if (home && event.target instanceof HTMLInputElement && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      home.list.move(event.key === "ArrowDown" ? 1 : -1);
    }
    return;
  }
  const go: Record<string, () => void> = {
    f: () => session.show("forecast"),
    d: () => session.show("data"),
    a: () => session.show("accuracy"),
    "/": () => {
      session.show("forecast");
      home?.list.search();
    },
    "?": () => keysDialog(words),
    Escape: () => session.back(),
  };
  // In the list and in groups of choices the arrows have a meaning of their own.
  if (home && !(event.target instanceof HTMLInputElement)) {
    go.ArrowDown = () => home?.list.move(1);
    go.ArrowUp = () => home?.list.move(-1);
  }
  const act = go[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  if (event.key !== "Escape") event.preventDefault();
  act();
});

// A file may be let go anywhere; without this the browser would leave the page and open it.
let over = 0;
const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
addEventListener("dragenter", (event) => {
  if (!holdsFiles(event)) return;
  over += 1;
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (event) => {
  if (!holdsFiles(event)) return;
  over -= 1;
  if (over <= 0) document.body.classList.remove("dropping");
});
addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  over = 0;
  document.body.classList.remove("dropping");
  if (!holdsFiles(event)) return;
  event.preventDefault();
  void session.openFiles([...(event.dataTransfer?.files ?? [])]);
});

for (const change of ["online", "offline"]) addEventListener(change, () => shell.update());
dark.addEventListener("change", () => update());
// On a narrow screen the product is a step deeper: the browser's own way back leads out of it.
addEventListener("popstate", () => session.back());

build();
session.onChange(update);
session.onChange((change) => {
  // Columns of files without headers are known by their number only: many files have as many.
  const mappings = session.mappings.filter(({ layout }) => !layout.startsWith("headless"));
  if (change === "mappings") void kept.then((store) => store.change({ mappings }));
});
let deeper = false;
session.onChange(() => {
  if (session.detail && !deeper && narrow.matches) history.pushState(DEEPER, "");
  deeper = session.detail;
});

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it the page works all the same, only not offline.
  const register = () => void navigator.serviceWorker.register(trustedScript("./sw.js")).catch(() => {});
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
