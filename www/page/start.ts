/** The first screen: the promise, the ways in, a living example. */

import { drawing } from "../engine/policy";
import type { Theme } from "../engine/types";
import { fill, h, icon } from "./dom";
import { fileInput, phaseName, timeLeft } from "./frame";
import type { Session } from "./session";
import type { Words } from "./words";

export interface Part {
  element: HTMLElement;
  update: (change: string) => void;
  close?: () => void;
}

export function start(session: Session, words: Words, theme: () => Theme): Part {
  const { t } = words;
  const text = t.start;
  const chart = h("div", { class: "example-chart" }, h("p", { class: "sub" }, text.exampleWait));
  const say = h("p", { class: "say" });
  const example = h("figure", { class: "example card" }, h("figcaption", {}, h("p", { class: "eyebrow" }, text.example), say), chart);
  const two = (title: string, body: string) => h("div", {}, h("h2", {}, title), h("p", {}, body));
  const drop = h(
    "div",
    { class: "drop", "data-part": "drop" },
    icon("file", "drop-ic"),
    h("p", { class: "drop-t" }, h("span", { class: "wide-only" }, text.drop), h("span", { class: "narrow-only" }, text.dropNarrow)),
    h("p", { class: "drop-s" }, text.formats),
    h("label", { class: "btn btn-1" }, fileInput((files) => void session.openFiles(files)), text.choose),
  );
  const element = h(
    "div",
    { class: "start" },
    h(
      "section",
      { class: "pitch", "aria-labelledby": "promise" },
      h("h1", { id: "promise" }, text.promise),
      h("p", { class: "lead" }, text.lead),
      drop,
      h(
        "div",
        { class: "try" },
        h("button", { class: "btn", type: "button", "data-part": "sample", onclick: () => void session.openSample() }, text.sample),
        h("span", {}, text.sampleNote),
      ),
      h("dl", { class: "known" }, h("dt", {}, text.known), h("dd", {}, text.knownList)),
    ),
    example,
    h("section", { class: "three" }, two(text.what, text.whatText), two(text.trust, text.trustText), two(text.where, text.whereText)),
  );

  let drawn = "";
  let width = 0;
  const draw = async () => {
    const key = `${width} ${theme()}`;
    if (width < 100 || key === drawn) return;
    drawn = key;
    try {
      const figure = await session.example({
        width,
        height: width < 480 ? 240 : 360,
        theme: theme(),
        language: words.code,
      });
      if (drawn !== key) return;
      const svg = drawing(figure.svg);
      // The sentence above says it.
      svg.setAttribute("aria-hidden", "true");
      fill(chart, svg);
      say.textContent = figure.summary;
    } catch {
      // The first screen does without its example; what is really wrong shows when a file is opened.
      example.hidden = true;
    }
  };
  const watch = new ResizeObserver(() => {
    width = Math.round(chart.clientWidth);
    void draw();
  });
  // After the first paint: the way in comes before the picture.
  requestAnimationFrame(() => setTimeout(() => watch.observe(chart)));
  return { element, update: (change) => change === "all" && void draw(), close: () => watch.disconnect() };
}

/** What is being done before there is anything to see. */
export function progressView(session: Session, words: Words): Part {
  const { t } = words;
  const what = h("p", { class: "st-t", id: "progress-what" });
  const left = h("span", { class: "sub" });
  const bar = h("progress", { class: "wide", max: 1, "aria-labelledby": "progress-what" });
  const title = h("h1", {});
  const element = h(
    "div",
    { class: "page waiting" },
    h(
      "section",
      { class: "card", "data-part": "progress" },
      title,
      h("div", { role: "status" }, what),
      bar,
      h(
        "div",
        { class: "wait-f" },
        left,
        h("button", { class: "btn btn-s", type: "button", "data-part": "cancel", onclick: () => session.stop() }, t.progress.cancel),
      ),
      h("p", { class: "sub" }, t.progress.explain),
    ),
  );
  const update = () => {
    const { progress } = session;
    const phase = progress?.phase ?? "reading";
    const titles = session.sample ? t.progress.sampleTitle : t.progress.title;
    title.textContent = phase === "reading" ? titles : t.progress.forecasting;
    const says = phaseName(words, phase);
    if (what.textContent !== says) what.textContent = says;
    bar.value = progress?.done ?? 0;
    left.textContent = `${words.percent(progress?.done ?? 0)} · ${timeLeft(words, progress?.secondsLeft)}`;
  };
  update();
  return { element, update };
}
