/** Begins the page: what it shows by what the session is doing, keys, dropped files, language and theme. */

import "../style/tokens.css";
import "../style/page.css";

import { Tillcast } from "../engine/client";
import { failure } from "../engine/failure";
import { trustedScript } from "../engine/policy";
import { Store } from "../engine/storage";
import type { DeviceChoice, Language, Theme } from "../engine/types";
import { checkDialog, keysDialog } from "./dialogs";
import { breath, fill, h, narrow } from "./dom";
import { DEEPER, type ForecastView, forecastView } from "./forecast";
import { type Frame, frame } from "./frame";
import { problemCard } from "./problem";
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

// The likely dictionary comes while the settings are read.
const likely = Words.of(browserLanguage());
const kept = Store.open((note) => session.notKept(note));
const store = await Promise.race([kept, new Promise<null>((resolve) => setTimeout(resolve, SETTINGS_MS, null))]);
const settings = store?.settings ?? {};
if (settings.theme) root.dataset.theme = settings.theme;

const asked = new URLSearchParams(location.search).get("device");
const device: DeviceChoice = asked === "gpu" || asked === "cpu" ? asked : "auto";

let words = await likely;
if (settings.language && settings.language !== words.code) words = await Words.of(settings.language).catch(() => words);
let shell: Frame;
let notices: Part;
let question: Part;
let screen: Screen | null = null;
let part: Part | null = null;
let home: ForecastView | null = null;
/** Null until something is read: then they are there before anybody can want them. */
let screens: typeof import("./screens") | null = null;
let fetching = false;

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

/** What is asked of a file, above whatever is there. */
const ask = (): Part => screens?.questionView(session, words) ?? { element: h("div"), update: () => {} };

async function fetchScreens() {
  if (screens || fetching) return;
  fetching = true;
  try {
    screens = await import("./screens");
  } catch {
    // The next screen tries again.
  }
  fetching = false;
  const lacks = screen === "data" || screen === "accuracy";
  if (screens) {
    const { element } = question;
    question = ask();
    element.replaceWith(question.element);
    if (lacks) screen = null;
    return update();
  }
  if (!lacks && !session.asked) return;
  if (session.asked) session.later();
  session.show("forecast");
  session.trouble(failure("internal", "engine-not-loaded", "a part of Tillcast could not be loaded", "reload the page"));
}

function make(which: Screen): Part {
  if (which !== "start") void fetchScreens();
  if (which === "start") return start(session, words, theme);
  if (which === "progress") return progressView(session, words);
  // The question itself stands above whatever is there, as what went wrong does.
  if (which === "question" || (which !== "forecast" && !screens)) return { element: h("div", { hidden: true }), update: () => {} };
  if (which === "data" && screens) return screens.dataView(session, words);
  if (which === "accuracy" && screens) return screens.accuracyView(session, words);
  home = forecastView(session, words, theme);
  return home;
}

/** The browser asks before it closes or reloads the tab. */
const hold = (event: BeforeUnloadEvent) => event.preventDefault();

/** Whether a question is answered that had the focus, and nothing has it since. */
let lost = false;

/** What is shown instead of the question gets the focus that went with it. */
function refocus() {
  if (document.activeElement !== document.body) return;
  const heading = [...shell.main.querySelectorAll<HTMLElement>("h1, h2")].find((one) => one.checkVisibility());
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function update(change: Change = "all") {
  lost ||= question.element.contains(document.activeElement);
  // Only while there is something to lose: browsers keep pages without such a question ready for a way back.
  (session.unsaved ? addEventListener : removeEventListener)("beforeunload", hold);
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
  if (!lost || session.asked) return;
  // What comes next may be a short while of reading only.
  lost = screen === "progress";
  void afterPaint().then(refocus);
}

function build() {
  part?.close?.();
  part = null;
  shell = frame(session, words, { language: () => void language(), theme: toggleTheme, check: () => checkDialog(words, forget), files: (files) => void session.openFiles(files) }, isDark);
  notices = problemCard(session, words);
  question = ask();
  document.getElementById("app")?.replaceChildren(...shell.element);
  // After the old page is gone: its focus is taken from it, which would first dress all of it anew.
  root.lang = words.code === "zh" ? "zh-CN" : "en";
  document.title = words.t.title;
  update();
}

async function language() {
  const code: Language = words.code === "en" ? "zh" : "en";
  try {
    words = await Words.of(code);
  } catch {
    return session.trouble(failure("internal", "engine-not-loaded", "a part of Tillcast could not be loaded", "reload the page"));
  }
  void kept.then((store) => store.change({ language: code }));
  // Not in the task of the press, which the browser ends with a drawing; nor the focus, which lays the page out at once.
  await warm();
  build();
  await afterPaint();
  document.querySelector<HTMLElement>('[data-part="language"]')?.focus();
}

/**
 * Has ready what the browser loads for a language when it is first used, each in a task of its own: the rules of its
 * numbers and dates and fonts for its letters each take as long as drawing all of the page.
 */
async function warm() {
  const { list, progress, tabs } = words.t;
  const texts = JSON.stringify([list, progress, tabs]);
  const letters = h("p", { class: "sr", "aria-hidden": "true", lang: words.tag }, texts, h("strong", {}, texts));
  await afterPaint();
  words.percent(0);
  await breath();
  words.date("2000-01-01");
  document.body.append(letters);
  await afterPaint();
  letters.remove();
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
    if (home && event.key === "Escape" && !home.list.clear(event.target)) (event.target as HTMLElement).blur();
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
let drawing = false;
session.onChange((change) => {
  if (drawing) return;
  drawing = change === "forecast";
  if (!drawing) return update(change);
  // Reading the message with a forecast was a long task already: what it looks like is drawn in the next one.
  void breath().then(() => {
    drawing = false;
    update();
  });
});
void warm();
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
